import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import { isAppError } from '../../../shared/error'
import { groupKey } from '../../../shared/group-key'
import type { MonitoringEvent, StreamReport } from '../../../shared/model/monitoring'
import type { FindingMeasure } from '../../../shared/judgement/finding-measure'
import type { Snoozed } from '../../../shared/judgement/without-snoozed'
import type { ClaimSeen } from '../../../shared/model/claim-outcome'
import type { StoppedRule } from '../../../shared/model/rule-stop'
import type { LastWords } from '../../../shared/model/last-words'
import type { Settings } from '../../../shared/model/settings'
import { fromBuffer, nameKey } from '../../redis/bytes'
import { MONITORING, sentBy } from '../../redis/sent-by'
import type { Connections } from '../connections/connections'
import type { MovedEntries } from '../inspection/moved-entries'
import type { Touches } from '../inspection/own-signs'
import type { Judgement } from '../lib/judged'
import type { SeenStream } from '../lib/seen-stream'
import type { Budget } from './budget'
import type { Discovery } from './discovery'
import type { Shown } from './followers'
import { createLinkReturns } from './link-returns'
import type { Ended } from './own-changes'
import type { Sample } from './sample-rings'
import { startWatch } from './watch'
import type { Watch } from './watch-options'

/** One walk over all streams of each open connection, whether or not a page looks. */
export interface Monitoring {
  /** A connection was opened: begins, unless it has. It ends when the connection is closed. */
  opened(connectionId: string): void
  /** All that is known, then what changes. Throws UNREACHABLE not-open. */
  watch(connectionId: string, signal?: AbortSignal): AsyncGenerator<MonitoringEvent, void>
  show(connectionId: string, watchId: string, shown: Shown): void
  giveWay(connectionId: string): void
  refresh(connectionId: string): void
  /** These may have changed just now. `ended`: by what may have ended this group of them, from here; null: any of them. */
  look(connectionId: string, keys: readonly Bytes[], ended?: Ended | null): void
  settingsChanged(): void
  /** What is told of what is wrong may be another by now, though nothing was read. */
  judgeAgain(): void
  /** How bad a finding is that is told; null: it is not. */
  measure(connectionId: string, findingId: string): FindingMeasure | null
  /** All streams as they were read last; none of a connection that is not looked at. Asks no server. */
  reports(connectionId: string): readonly StreamReport[]
  /** Who fell silent in a group since it is watched, and with what. Asks no server. */
  lastWords(connectionId: string, key: Bytes, group: Bytes): LastWords
  /** What was seen of a stream, by the minute. */
  past(connectionId: string, key: Buffer): readonly (readonly [timeMs: number, sample: Sample])[]
  /** Ends all of them. */
  close(): void
}

export interface MonitoringOptions {
  readonly connections: Pick<Connections, 'topology' | 'states'>
  readonly discovery: Pick<Discovery, 'discover'>
  readonly settings: () => Settings
  readonly budget: (connectionId: string) => Budget
  /** Findings that are not to be told just now. */
  readonly snoozed?: (connectionId: string) => Snoozed
  /** Rules that turned themselves off. */
  readonly stoppedRules?: (connectionId: string) => readonly StoppedRule[]
  /** These are told all the same: they got worse. */
  readonly onWorse?: (connectionId: string, findingIds: readonly string[]) => void
  /** What is wrong on a connection, each time that it is judged; null: it is not looked at any more. */
  readonly onJudged?: (connectionId: string, judgement: Judgement | null) => void
  /** Whom Sluice gave entries to. */
  readonly touched?: (connectionId: string, key: Bytes, group: Bytes) => Touches
  /** What it gave them as idle as it was. */
  readonly moved?: (connectionId: string, key: Bytes, group: Bytes) => readonly MovedEntries[]
  /** What was seen of the claims in a group. */
  readonly claims?: (connectionId: string, key: Bytes, group: Bytes) => ClaimSeen | null
  /** What is seen is handed on, to be kept. */
  readonly onLook?: (connectionId: string, seen: SeenStream, atMs: number) => void
  readonly onGone?: (connectionId: string, key: Bytes) => void
  readonly log: Logger
  /** When it begins: once a connection is opened, or once a page follows it. */
  readonly from?: 'opened' | 'followed'
}

interface Running {
  readonly watch: Watch
  readonly ended: AbortController
}

export function createMonitoring(options: MonitoringOptions): Monitoring {
  const {
    connections,
    discovery,
    settings,
    budget,
    log,
    snoozed = () => new Map(),
    stoppedRules = () => [],
    onWorse = () => undefined,
    touched = () => [],
    moved = () => [],
    claims = () => null,
    from = 'opened',
  } = options
  const { onLook, onGone, onJudged } = options
  const running = new Map<string, Running>()

  const end = (connectionId: string, one: Running): void => {
    one.ended.abort()
    one.watch.end()
    if (running.get(connectionId) !== one) return
    running.delete(connectionId)
    onJudged?.(connectionId, null)
  }

  const join = (connectionId: string): Watch => {
    const topology = connections.topology(connectionId)
    const known = running.get(connectionId)
    if (known && known.watch.topology === topology) return known.watch
    if (known) end(connectionId, known)
    const one = sentBy(MONITORING, () => ({
      watch: startWatch({
        ...{ topology, settings, budget: budget(connectionId), log },
        beside: () => ({ snoozed: snoozed(connectionId), stoppedRules: stoppedRules(connectionId) }),
        onWorse: (findingIds) => onWorse(connectionId, findingIds),
        onJudged: (judgement) => onJudged?.(connectionId, judgement),
        touches: (key, group) => touched(connectionId, key, group),
        movedOf: (key, group) => moved(connectionId, fromBuffer(key), fromBuffer(group)),
        claimsOf: (key, group) => claims(connectionId, key, group),
        onLook: (seen, atMs) => onLook?.(connectionId, seen, atMs),
        onGone: (key) => onGone?.(connectionId, key),
      }),
      ended: new AbortController(),
    }))
    running.set(connectionId, one)
    void sentBy(MONITORING, () => followSearch(connectionId, one))
    void sentBy(MONITORING, () => followLink(connectionId, one))
    return one.watch
  }

  /** Each search in turn: another one may take its place. Ends with the connection. */
  const followSearch = async (connectionId: string, { watch, ended: { signal } }: Running): Promise<void> => {
    try {
      while (!signal.aborted) {
        let isFresh = true
        for await (const event of discovery.discover(connectionId, false, signal)) {
          watch.discovered(event, isFresh)
          isFresh = false
        }
      }
    } catch (error) {
      if (!isAppError(error, 'UNREACHABLE')) log.error({ err: error }, 'following a search failed')
    }
  }

  const followLink = async (connectionId: string, one: Running): Promise<void> => {
    const isBack = createLinkReturns()
    try {
      for await (const status of connections.states(connectionId, one.ended.signal)) {
        const { state } = status
        if (state === 'closed' || state === 'failed' || connections.topology(connectionId) !== one.watch.topology) break
        if (isBack(status)) one.watch.reconnected()
      }
    } catch (error) {
      if (!isAppError(error)) log.error({ err: error }, 'following a connection failed')
    }
    end(connectionId, one)
  }

  return {
    opened(connectionId) {
      try {
        if (from === 'opened') join(connectionId)
      } catch (error) {
        if (!isAppError(error, 'UNREACHABLE')) throw error
      }
    },
    async *watch(connectionId, signal) {
      const { followers, shownChanged } = join(connectionId)
      yield* followers.follow(signal, shownChanged)
    },
    show(connectionId, watchId, shown) {
      const watch = running.get(connectionId)?.watch
      if (watch?.followers.show(watchId, shown) === true) watch.shownChanged()
    },
    giveWay: (connectionId) => running.get(connectionId)?.watch.giveWay(),
    refresh: (connectionId) => running.get(connectionId)?.watch.refresh(),
    look: (connectionId, keys, ended = null) => running.get(connectionId)?.watch.look(keys, ended),
    settingsChanged() {
      for (const { watch } of running.values()) watch.settingsChanged()
    },
    judgeAgain() {
      for (const { watch } of running.values()) watch.judgeAgain()
    },
    measure: (connectionId, findingId) => running.get(connectionId)?.watch.measure(findingId) ?? null,
    reports: (connectionId) =>
      [...(running.get(connectionId)?.watch.known.all().values() ?? [])].map(({ report }) => report),
    lastWords: (connectionId, key, group) =>
      running.get(connectionId)?.watch.lastWords(groupKey(key, group)) ?? { fallen: [], suspects: [] },
    past: (connectionId, key) => running.get(connectionId)?.watch.known.get(nameKey(key))?.history.minutes() ?? [],
    close() {
      for (const [connectionId, one] of running) end(connectionId, one)
    },
  }
}
