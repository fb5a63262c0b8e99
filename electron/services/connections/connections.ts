import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import {
  connectionProfile,
  secretPurpose,
  type Connection,
  type ConnectionProfile,
  type ConnectionStatus,
  type GivenBy,
  type SavedConnection,
  type SecretPurpose,
  type ServerInfo,
} from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import type { HostKey } from '../../../shared/model/host-key'
import type { ConnectionTimings } from '../../redis/connect-options'
import { endpointName } from '../../redis/dial'
import { toBuffer } from '../../redis/bytes'
import { unreachable } from '../../redis/errors'
import type { Source } from '../../redis/source'
import type { Topology } from '../../redis/topology'
import { openKnownHosts } from './known-hosts'
import type { Link } from './link'
import { makeLink } from './make-link'
import type { Secrets } from './secrets'
import { openJsonFile } from '../lib/json-file'
import { createNotifier } from '../lib/notifier'
import { mendSaved, mergeProfile, noSuchConnection, readSaved, withConnection, withoutConnection } from './saved-file'

/**
 * `secrets`: what is not in it is as known for this id; null: none. `shown`: the profile as the person saw it; what they did
 * not change stays as it is by now, whoever changed it. Without it all of `profile` holds.
 */
export interface ConnectionDraft {
  readonly id?: string | undefined
  readonly profile: ConnectionProfile
  readonly shown?: ConnectionProfile | undefined
  readonly secretsOf?: string | undefined
  readonly secrets?: { readonly [P in SecretPurpose]?: string | null | undefined } | undefined
}

export interface ConnectionTest {
  readonly server: ServerInfo
  readonly latencyMs: number | null
}

/**
 * Saved connections and those of this session, and the client of each. Every `id` unknown is NOT_FOUND. What other
 * processes on the same directory save counts here as if it were saved here: every call looks first. One that is removed
 * closes, and so does one that leads elsewhere. Where the file can't be read, every call throws STORAGE.
 */
export interface Connections {
  list(): Promise<readonly Connection[]>
  /** The list now, and again whenever it changes. */
  watchList(signal?: AbortSignal): AsyncGenerator<Connection[], void>
  get(id: string): SavedConnection
  /** For this session only: never on disk. */
  add(profile: ConnectionProfile, password: string | null, id?: string): Promise<Connection>
  /** From outside of Sluice, for this session only: neither changed nor removed by a page. Its secrets are asked for by this id. */
  give(id: string, profile: ConnectionProfile, by: GivenBy): void
  /** New, or changed. What is open is closed when the change means another connection. Throws STORAGE, and UNSUPPORTED for what was given. */
  save(draft: ConnectionDraft): Promise<Connection>
  remove(id: string): Promise<void>
  /** Opens the draft beside everything else, asks what the server is, and closes. Throws UNREACHABLE. */
  test(draft: ConnectionDraft): Promise<ConnectionTest>
  /** Opens, or joins what is open. A password given is kept. Throws UNREACHABLE. */
  open(id: string, password?: string): Promise<ConnectionStatus>
  /** From now on an SSH server that shows this key is trusted: a person compared it. Throws STORAGE. */
  acceptHostKey(key: HostKey): Promise<void>
  /** Closes one, or all, and then looks for no more changes. */
  close(id?: string): void
  status(id: string): ConnectionStatus
  watch(id: string, signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** The same without asking for the latency: costs the server nothing. */
  states(id: string, signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** These throw UNREACHABLE not-open where the connection is closed. While it reconnects, every call fails at once. */
  topology(id: string): Topology
  /** A key, and a reader of the server that has it. */
  source(id: string, key: Bytes): Source
  /**
   * What tells whether the server of a key is still the one that it was, without asking it. Throws UNREACHABLE while a
   * connection comes back, and is not known by it yet.
   */
  stamp(id: string, key: Bytes): ServerStamp
  /** The server of a key. */
  server(id: string, key: Bytes): ServerInfo
  /** What holds for every server behind the connection. */
  anyServer(id: string): ServerInfo
  /**
   * Resolves when a lost connection to the server of a key is back: to true when nothing that was sent before can still be carried out. Throws
   * UNREACHABLE when it was closed or failed, and the signal's reason.
   */
  whenReady(id: string, key: Bytes, signal?: AbortSignal): Promise<boolean>
}

/** `line`: the connection to it; `runId` null: not told. */
export interface ServerStamp {
  readonly line: number
  readonly runId: string | null
}

export interface ConnectionsOptions {
  readonly dataDir: string
  readonly secrets: Secrets
  readonly log: Logger
  readonly timings?: ConnectionTimings
  /** OpenSSH's known_hosts; the user's own by default. */
  readonly sshKnownHosts?: string | undefined
}

interface Known {
  profile: ConnectionProfile
  readonly saved: boolean
  readonly givenBy: GivenBy | null
  link: Link
  /** Aborts when another link takes its place. */
  replaced: AbortController
}

/** Reads the saved connections. Throws STORAGE where that can't be done; what can't be understood is kept aside. */
export async function createConnections({
  dataDir,
  secrets,
  log,
  timings = {},
  sshKnownHosts,
}: ConnectionsOptions): Promise<Connections> {
  const knownHosts = await openKnownHosts({ dataDir, userFile: sshKnownHosts, log })
  const file = await openJsonFile({ dataDir, name: 'connections', log })
  await mendSaved(file)
  const known = new Map<string, Known>()
  const changes = createNotifier()

  const common = { timings, knownHosts, log }
  const linkTo = (connectionId: string, profile: () => ConnectionProfile): Link =>
    makeLink({ connectionId, profile, secret: (purpose) => secrets.get(connectionId, purpose), ...common })
  const know = (id: string, profile: ConnectionProfile, saved: boolean, givenBy: GivenBy | null = null): void => {
    const link = linkTo(id, () => known.get(id)?.profile ?? profile)
    known.set(id, { profile, saved, givenBy, link, replaced: new AbortController() })
  }
  /** What is open closes when the change means another connection. */
  const change = (id: string, one: Known, profile: ConnectionProfile): void => {
    const before = one.profile
    if (!sameServer(before, profile)) one.link.close()
    one.profile = profile
    if (before.endpoint.kind === profile.endpoint.kind) return
    one.link = linkTo(id, () => one.profile)
    one.replaced.abort()
    one.replaced = new AbortController()
  }
  const knownSecrets = async (id: string): Promise<SecretPurpose[]> => {
    const known = await Promise.all(secretPurpose.options.map((purpose) => secrets.has(id, purpose)))
    return secretPurpose.options.filter((_, at) => known[at])
  }
  const forgetSecrets = async (id: string): Promise<void> => {
    for (const purpose of secretPurpose.options) await secrets.set(id, purpose, null)
  }
  const forget = (id: string): void => {
    known.get(id)?.link.close()
    known.delete(id)
  }
  /** Does here what the file says by now. */
  const takeOver = (): void => {
    const { saved } = readSaved(file.content)
    for (const [id, each] of [...known]) {
      if (!each.saved || saved.has(id)) continue
      forget(id)
      void forgetSecrets(id).catch((error: unknown) => log.warn({ err: error }, 'a secret stays'))
    }
    for (const [id, profile] of saved) {
      const before = known.get(id)
      if (!before) know(id, profile, true)
      else if (before.saved) change(id, before, profile)
    }
    changes.notify()
  }
  const refresh = (): void => {
    if (file.refresh()) takeOver()
  }
  takeOver()
  file.watch(() => {
    try {
      refresh()
    } catch {
      // Said in the log, and by the next call that needs it.
    }
  })

  const find = (id: string): Known => {
    refresh()
    const found = known.get(id)
    if (!found) throw noSuchConnection(id)
    return found
  }
  const shown = async (id: string): Promise<Connection> => {
    const known = await knownSecrets(id)
    const { profile, givenBy } = find(id)
    return { ...profile, id, secrets: known, givenBy }
  }
  /** One that a page may change, or take the secrets of. */
  const findOwn = (id: string): Known => {
    const found = find(id)
    if (found.givenBy === null) return found
    const reason = message('connection.given', { by: found.givenBy })
    throw new AppError('UNSUPPORTED', { feature: 'change-given', reason })
  }
  const secretOf = async (draft: ConnectionDraft, purpose: SecretPurpose): Promise<string | null> => {
    const { id, profile, secretsOf, secrets: typed } = draft
    const secret = typed?.[purpose]
    if (secret !== undefined) return secret || null
    if (id === undefined) return secretsOf === undefined ? null : secrets.get(secretsOf, purpose)
    // What was given is for the server that it was given for.
    const of = find(id)
    return of.givenBy === null || sameServer(of.profile, profile) ? secrets.get(id, purpose) : null
  }
  const list = async (): Promise<readonly Connection[]> => {
    refresh()
    const found = [...known].map(async ([id, { profile, givenBy }]) => {
      return { ...profile, id, secrets: await knownSecrets(id), givenBy }
    })
    return (await Promise.all(found)).filter(({ id }) => known.has(id))
  }

  const notOpen = (id: string) => unreachable('not-open', endpointName(find(id).profile))
  const topology = (id: string): Topology => {
    const open = find(id).link.topology()
    if (!open) throw notOpen(id)
    return open
  }
  /** Of one link after the other, as they take each other's place. */
  async function* follow(id: string, signal: AbortSignal | undefined, by: 'watch' | 'states') {
    for (;;) {
      const { link, replaced } = find(id)
      const either = signal ? AbortSignal.any([signal, replaced.signal]) : replaced.signal
      yield* link[by](either)
      if (signal?.aborted || !replaced.signal.aborted) return
    }
  }

  return {
    list,
    async *watchList(signal) {
      while (!signal?.aborted) {
        const next = changes.next(signal)
        yield [...(await list())]
        await next
      }
    },
    get: (id) => ({ ...find(id).profile, id }),
    async add(profile, password, id = randomUUID()) {
      const parsed = connectionProfile.parse(profile)
      await secrets.set(id, 'password', password || null)
      forget(id)
      know(id, parsed, false)
      changes.notify()
      return shown(id)
    },
    give(id, profile, by) {
      forget(id)
      know(id, connectionProfile.parse(profile), false, by)
      changes.notify()
    },
    async save(draft) {
      const profile = connectionProfile.parse(draft.profile)
      const id = draft.id ?? randomUUID()
      const before = draft.id === undefined ? null : findOwn(draft.id)
      if (draft.secretsOf !== undefined) findOwn(draft.secretsOf)
      const merged = (now: ConnectionProfile | null): ConnectionProfile =>
        now && draft.shown ? mergeProfile(now, draft.shown, profile) : profile
      if (before?.saved === false) {
        change(id, before, merged(before.profile))
      } else {
        await mendSaved(file)
        await file.update((content) => withConnection(content, id, before !== null, merged))
        takeOver()
      }
      for (const purpose of secretPurpose.options) {
        if (draft.secrets?.[purpose] === undefined && draft.secretsOf === undefined) continue
        const secret = await secretOf(draft, purpose)
        // One that can't be had is another one.
        if (secret === (await secrets.get(id, purpose).catch(() => undefined))) continue
        await secrets.set(id, purpose, secret)
        known.get(id)?.link.close()
      }
      changes.notify()
      return shown(id)
    },
    async remove(id) {
      if (findOwn(id).saved) {
        await mendSaved(file)
        await file.update((content) => withoutConnection(content, id))
        takeOver()
      } else forget(id)
      await forgetSecrets(id)
      changes.notify()
    },
    async test(draft) {
      const profile = connectionProfile.parse(draft.profile)
      if (draft.id !== undefined) find(draft.id)
      if (draft.secretsOf !== undefined) findOwn(draft.secretsOf)
      const secret = (purpose: SecretPurpose) => secretOf(draft, purpose)
      const trial = makeLink({ connectionId: 'trial', profile: () => profile, secret, ...common })
      try {
        const { server } = await trial.open()
        if (!server) throw unreachable('not-open', endpointName(profile))
        const latencies = (trial.topology()?.primaries() ?? []).map((each) => each.ping())
        const slowest = (await Promise.all(latencies)).reduce(slower, null)
        return { server, latencyMs: slowest }
      } finally {
        trial.close()
      }
    },
    async open(id, password) {
      find(id)
      if (password !== undefined) {
        await secrets.set(id, 'password', password || null)
        changes.notify()
      }
      return find(id).link.open()
    },
    acceptHostKey: (key) => knownHosts.accept(key),
    close(id) {
      if (id !== undefined) return find(id).link.close()
      file.close()
      knownHosts.close()
      for (const { link } of known.values()) link.close()
    },
    status: (id) => find(id).link.status(),
    watch: (id, signal) => follow(id, signal, 'watch'),
    states: (id, signal) => follow(id, signal, 'states'),
    topology,
    source(id, key) {
      const raw = toBuffer(key)
      return { reader: topology(id).clientOf(raw).reader, key: raw }
    },
    stamp(id, key) {
      const server = topology(id).clientOf(toBuffer(key))
      const runId = server.runId()
      if (runId === undefined) throw unreachable('closed', server.endpoint)
      return { line: server.line(), runId }
    },
    server: (id, key) => find(id).link.server(toBuffer(key)),
    anyServer(id) {
      const { server } = find(id).link.status()
      if (server === null) throw notOpen(id)
      return server
    },
    whenReady: (id, key, signal) => find(id).link.whenReady(toBuffer(key), signal),
  }
}

/** Null: not told. */
function slower(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

/** Whether an open connection stays what it is under the other profile. */
function sameServer(a: ConnectionProfile, b: ConnectionProfile): boolean {
  const part = ({ endpoint, username, db, tls, ssh }: ConnectionProfile) =>
    JSON.stringify([endpoint, username, db, tls, ssh])
  return part(a) === part(b)
}
