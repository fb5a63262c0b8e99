import type { Bytes } from '../../shared/bytes'
import type { Connection, ConnectionProfile, GivenBy } from '../../shared/model/connection'
import type { HostInfo } from '../../shared/model/host'
import { KINDS } from '../../shared/model/kinds'
import type { StoppedRule } from '../../shared/model/rule-stop'
import { toBuffer } from '../redis/bytes'
import type { KeyProbeName } from '../redis/probe'
import { createAdditions } from '../services/additions/additions'
import { createAlerts } from '../services/alerts/alerts'
import { createImporting } from '../services/backup/importing'
import { createBackupSweep } from '../services/backup/sweep'
import { createConnections } from '../services/connections/connections'
import { createCopying } from '../services/copy/copying'
import { createBudgets } from '../services/monitoring/budget'
import { createHistory, inMemory } from '../services/history/history'
import { folderOf } from '../services/history/connection-folder'
import type { Span } from '../services/history/read-past'
import { createMonitoring } from '../services/monitoring/monitoring'
import { createDiscovery } from '../services/monitoring/discovery'
import { createDecoding } from '../services/decoding/decoding'
import { createEntryDeletion } from '../services/entry-deletion/entry-deletion'
import { createEntryReads } from '../services/inspection/entry-reads'
import { createExporting } from '../services/export/exporting'
import { createGroupChanges } from '../services/group-change/group-changes'
import { openJournal } from '../services/journal/journal'
import { createJobs } from '../services/jobs/jobs'
import { createLostReply } from '../services/jobs/create-lost-reply'
import { createPlanShelf } from '../services/jobs/plan-shelf'
import { createEmptied } from '../services/recovery/targets/emptied'
import { createRecovery } from '../services/recovery/recovery'
import { createRedriving } from '../services/redrive/redriving'
import { createRestore } from '../services/restore/restore'
import { createRules } from '../services/rules/rules'
import { createRemembered } from '../services/monitoring/remembered'
import { createSnoozes } from '../services/monitoring/snoozes'
import { createSampler } from '../services/monitoring/sampler'
import { createMemorySecrets } from '../services/connections/secrets'
import { measureLoad } from '../services/jobs/server-load'
import { createSavedSearches } from '../services/searches/saved-searches'
import { createSettings } from '../services/settings'
import { createSweeps } from '../services/sweep/sweeps'
import { createTrimming } from '../services/trim/trimming'
import { createUndoing } from '../services/undoing'
import type { BackendOptions } from './backend-options'
import { createBase } from './base'
import type { Measured } from './measured'
import { createGuard, type EndedDraft } from './guard'
import { NO_SESSIONS } from './host-sessions'
import { createShowMasked } from './show-masked'
import { createRouter } from './router'

export interface Backend {
  /** What both hosts serve. */
  readonly router: ReturnType<typeof createRouter>
  /** A connection for this session only, as the sandbox's. */
  addConnection(profile: ConnectionProfile, password: string | null): Promise<void>
  /** One from outside of Sluice, whose secrets `secrets` knows by this id. */
  giveConnection(id: string, profile: ConnectionProfile, by: GivenBy): void
  /** All there are, saved or given. */
  connections(): Promise<readonly Connection[]>
  /** This one is opened by itself, by each page that comes. */
  opensFirst(connectionId: string): void
  /** What is known of the connections that are open, or were lost; nothing is asked of a server for it. */
  measured(): Promise<readonly Measured[]>
  /** Ends jobs between two batches, and closes everything. */
  close(): Promise<void>
}

/** Makes every service and wires them, here and nowhere else. */
export async function createBackend(options: BackendOptions): Promise<Backend> {
  const {
    kind,
    version,
    dataDir,
    configDir = dataDir,
    sandbox,
    opens = null,
    secretsKept = 'memory',
    readOnly = false,
    secrets = createMemorySecrets(),
    log,
    timings = {},
    walkFrom = 'opened',
  } = options
  const connections = await createConnections({
    ...{ dataDir, configDir, secrets, log, timings },
    notesCommands: options.notesCommands,
  })
  const settings = await createSettings({ dataDir: configDir, log })
  const savedSearches = await createSavedSearches({ dataDir: configDir, log })
  const journal = await openJournal(dataDir, undefined, options.presence)
  const { source, server, stamp, topology } = connections
  const jobs = createJobs(log, (connectionId, key) => measureLoad(topology(connectionId).clientOf(toBuffer(key))))
  const lostReply = (connectionId: string, key: Bytes) =>
    createLostReply((signal) => connections.whenReady(connectionId, key, signal), options.lostReply)
  const discovery = createDiscovery({ topology, server: connections.anyServer, log })
  const budget = createBudgets()
  const history = createHistory({ dataDir, log })
  const historyOf = (connectionId: string): string => {
    const profile = connections.lasting(connectionId)
    return profile ? folderOf(connectionId, profile) : inMemory(connectionId)
  }
  const snoozes = await createSnoozes({ dataDir, log })
  const alerts = await createAlerts({
    ...{ dataDir, configDir, secrets, log },
    sendWebhook: options.sendWebhook ?? null,
    commands: options.alertCommands ?? null,
    notify: options.notify ?? null,
    pageUrl: () => options.pageUrl ?? null,
    connectionName: (connectionId) => connections.get(connectionId).name,
  })
  /** Once they are made. */
  let stoppedRules: (connectionId: string) => readonly StoppedRule[] = () => []
  const monitoring = createMonitoring({
    ...{ connections, discovery, settings: settings.get, budget, log },
    snoozed: (connectionId) => new Map(snoozes.of(connectionId).map(({ findingId, measure }) => [findingId, measure])),
    stoppedRules: (connectionId) => stoppedRules(connectionId),
    onWorse: snoozes.endAll,
    // A command line that comes and goes tells nothing: a host that stays does.
    ...(walkFrom === 'opened' ? { onJudged: alerts.judged } : {}),
    touched: journal.touched,
    moved: journal.moved,
    claims: journal.claimSeen,
    from: walkFrom,
    onLook: (connectionId, seen, atMs) => history.note(historyOf(connectionId), seen, atMs),
    onGone: (connectionId, key) => history.gone(historyOf(connectionId), key),
  })
  settings.onChange(monitoring.settingsChanged)
  snoozes.onChange(monitoring.judgeAgain)
  const remembered = createRemembered(monitoring, (connectionId, key, span) =>
    history.read(historyOf(connectionId), key, span),
  )
  const past = (connectionId: string, key: Bytes, span: Span, group: Bytes | null) =>
    history.read(historyOf(connectionId), key, span, group)
  const sampler = createSampler({ source, past: remembered, budget, log })
  const stalledAfterMs = (): number => settings.get().stalledAfterMs
  const probe = (connectionId: string, name: KeyProbeName, key: Buffer) =>
    topology(connectionId).clientOf(key).probeKey(name, key)
  const { mask } = connections
  const forJobs = { jobs, journal, dataDir, source, server, stamp, lostReply, mask, probe, shelf: createPlanShelf() }
  const emptied = createEmptied()
  const recovery = createRecovery({
    ...{ ...forJobs, emptied, stalledAfterMs, connection: connections.get, claimLooksMs: options.claimLooksMs, budget },
    onClaimSeen: (connectionId, key) => monitoring.look(connectionId, [key]),
  })
  const groupChanges = createGroupChanges({ ...forJobs, emptied })
  const importing = createImporting({ dataDir, takeFile: options.takeFile ?? (() => Promise.resolve(null)) })
  const restoring = createRestore({ ...forJobs, connection: connections.get, importBegun: importing.begun })
  const backupSweep = createBackupSweep({
    ...{ dataDir, journal, log },
    limits() {
      const { keepBackupsDays: keepDays, keepBackupsMiB } = settings.get()
      return { keepDays, keepBytes: keepBackupsMiB * 1024 * 1024 }
    },
  })
  void backupSweep.sweep()
  const undoing = createUndoing(journal, recovery, groupChanges, restoring, connections)
  const sweeps = createSweeps({
    ...{ ...forJobs, recovery, undoing, topology, stalledAfterMs, anyServer: connections.anyServer },
    limits: options.sweepLimits,
  })
  const trimming = createTrimming(forJobs)
  const entryReads = createEntryReads({ topology, saveFile: options.saveFile })
  const decoding = createDecoding(options.decoderFile)
  const exporting = createExporting({
    ...{ source, decoding, openFile: options.openFile ?? (() => Promise.resolve(null)) },
    decodings: () => settings.get().decodings,
  })
  const entryDeletion = createEntryDeletion(forJobs)
  const redriving = createRedriving(forJobs)
  const look = (connectionId: string, keys: readonly Bytes[], { action, group }: EndedDraft): void => {
    discovery.look(connectionId, keys)
    monitoring.look(connectionId, keys, KINDS[action].endsGroups ? { group } : null)
  }
  const guard = createGuard({ connections, journal, readOnly, onEnd: look })
  const base = createBase(guard, connections, log)
  const rules = await createRules({
    ...{ dataDir, configDir, log, readOnly, source, topology, jobs, journal, recovery, door: options.door ?? kind },
    ...{ connection: connections.get, status: connections.status, server: connections.anyServer },
    grant: ({ id: ruleId, name, connectionId }) => guard({ connectionId }, false, { by: 'rule', name, ruleId }),
    onStopped: monitoring.judgeAgain,
    // A command line runs them when it is asked to: a host that stays does by itself.
    ...(walkFrom === 'opened' ? {} : { lookEveryMs: 0 }),
    ...options.ruleTimes,
  })
  stoppedRules = rules.stopped
  const host: { -readonly [K in keyof HostInfo]: HostInfo[K] } = {
    kind,
    version,
    dataDir,
    configDir,
    sandbox,
    opens,
    secretsKept,
    readOnly,
  }
  const services = {
    host,
    sessions: options.sessions ?? NO_SESSIONS,
    connections,
    showMasked: createShowMasked(connections, journal),
    settings,
    savedSearches,
    discovery,
    monitoring,
    snoozes,
    alerts,
    rules,
    history,
    past,
    sampler,
    jobs,
    additions: createAdditions({ lostReply, log }),
    journal,
    recovery,
    groupChanges,
    importing,
    copying: createCopying({ ...forJobs, connection: connections.get }),
    restoring,
    backupSweep,
    undoing,
    sweeps,
    trimming,
    decoding,
    entryDeletion,
    entryReads,
    exporting,
    redriving,
    log,
  }

  return {
    router: createRouter(base, services),
    async addConnection(profile, password) {
      await connections.add(profile, password)
    },
    giveConnection: connections.give,
    connections: connections.list,
    async measured() {
      const all = (await connections.list()).map(({ id, name }) => ({ id, name, state: connections.status(id).state }))
      const opened = all.filter(({ state }) => state !== 'closed')
      return opened.map(({ id, name, state }) => ({
        id,
        name,
        isUp: state === 'open',
        streams: monitoring.reports(id),
      }))
    },
    opensFirst(connectionId) {
      host.opens = connectionId
    },
    async close() {
      await rules.close()
      await jobs.close()
      monitoring.close()
      await alerts.close()
      await history.close()
      await decoding.close()
      discovery.close()
      sampler.close()
      connections.close()
      await backupSweep.close()
      snoozes.close()
      settings.close()
      savedSearches.close()
      await journal.close()
    },
  }
}
