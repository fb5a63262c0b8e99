import { bytesKey, type Bytes } from '../../../shared/bytes'
import { isAppError, type AppError } from '../../../shared/error'
import type { SeenStream as Seen } from '../../../shared/judgement/alerts/sight'
import { fromBuffer, nameKey } from '../../redis/bytes'
import type { LookedGroup, TimedLook } from '../../redis/stream-look'
import { askAgain } from '../inspection/look-memory'
import { summaryOf, withOwnSigns } from '../inspection/summaries'
import { createNotifier } from '../lib/notifier'
import { createBeat } from './beat'
import { createCloserLooks } from './closer-looks'
import { createDeaths } from './deaths'
import { createFollowers } from './followers'
import { createJudging } from './judging'
import { groupKey } from '../../../shared/group-key'
import { createKnownStreams } from './known-streams'
import { createLookers } from './lookers'
import { createNameOrder } from './name-order'
import { readAgainNext } from './read-again'
import { createReadStreams } from './read-streams'
import { createReadingOrder, type Taken } from './reading-order'
import { createServerMemories } from './server-memories'
import { createVanished, type LookTimes } from './vanished'
import { createWalk } from './walk'
import type { Watch, WatchOptions } from './watch-options'

/**
 * Reads the figures of all streams, one chunk of at most 200 in flight: all of them once, and again with each beat
 * (`refreshSeconds`; while nobody looks every 30 s or more; never while that is off) as many as the budget lets through. A
 * stream costs one command and some 350 bytes, each of its groups some 100 more, and each consumer of one that holds
 * something some 25; no entry is sent (see `redis/scripts/stream-look-lua.ts`). The oldest entries of the worst 24 groups cost
 * another command every 15 s, those of the others in turns, two groups a second. What is on a screen comes first; all else gives way to keys and clicks.
 */
export function startWatch(options: WatchOptions): Watch {
  const { topology, budget, settings, beside, onWorse, onJudged, touches, movedOf, claimsOf, onLook, onGone, log } =
    options
  const isReady = (): boolean => topology.primaries().some((client) => client.isReady())
  const ended = new AbortController()
  const wake = createNotifier()
  const known = createKnownStreams(settings, claimsOf)
  const names = createNameOrder()
  const order = createReadingOrder((id) => known.get(id) !== undefined)
  const vanished = createVanished()
  const deaths = createDeaths()
  let found = new Set<string>()
  /** Those that the search did not find any more, and that are looked at once more before they are forgotten. */
  const unfound = new Set<string>()
  /** All that there is has been found. */
  let isSearched = false
  let clockSkewMs: number | null = null

  const followers = createFollowers({
    report: (id) => known.get(id)?.report,
    ids: () => known.all().keys(),
    clockSkewMs: () => clockSkewMs,
    cards: () => judging.last()?.cards ?? null,
    snoozed: () => judging.last()?.snoozed ?? 0,
    judged: () => judging.last()?.streams ?? 0,
    restMs: () => walk.restMs(),
  })

  const judging = createJudging({
    facts: () => [
      names.ids().flatMap((id) => known.get(id) ?? []),
      { vanished: vanished.all(Date.now()), nearlyFull: memories.full(), lastWords: deaths.of, ...beside() },
      settings(),
    ],
    onJudged({ worse, troubles }, isNews) {
      if (isNews) followers.findingsChanged()
      else followers.judgedAgain()
      if (worse.length > 0) onWorse(worse)
      onJudged({ troubles, seen })
      wake.notify()
    },
  })
  function seen(key: Bytes): Seen {
    const id = bytesKey(key)
    return known.get(id)?.report ?? (isSearched && !found.has(id) ? 'gone' : null)
  }
  function forget(id: string): void {
    order.forget(id)
    names.delete(id)
    unfound.delete(id)
    vanished.forget(id)
    const gone = known.get(id)
    if (gone) onGone(gone.report.summary.key)
    for (const row of gone?.rows ?? []) closer.forget(row.id)
    known.forget(id)
  }

  const memoryPercent = (): number => settings().memoryPercent
  const memories = createServerMemories({ topology, budget, memoryPercent, onNews: () => judging.soon() })
  const lookers = createLookers(budget)
  const closer = createCloserLooks({
    known,
    rows: () => judging.last()?.rows ?? null,
    isSeen: () => followers.isSeen(),
    looker: (key) => lookers.bound(topology.serverOf(key)),
    settings,
    deaths,
    onNews(key) {
      followers.streamChanged(bytesKey(key))
      judging.soon()
    },
    onNeglected(key) {
      order.want([key])
      wake.notify()
    },
    log,
  })

  function note(key: Buffer, look: TimedLook | AppError | undefined, times: LookTimes, run: number | null): void {
    if (!look) return
    const { atMs } = times
    const id = nameKey(key)
    const name = fromBuffer(key)
    if (!isAppError(look)) {
      clockSkewMs = look.clockSkewMs ?? clockSkewMs
      closer.note(key, look)
    }
    const counted = (group: LookedGroup) => (isAppError(look) ? null : closer.counted(name, look, group))
    const { rows: rowsBefore = [], report } = known.get(id) ?? {}
    const before = report?.summary
    const own = isAppError(look) ? look : withOwnSigns(look, (group) => touches(name, group))
    const summary = summaryOf(key, own, settings(), before, counted)
    if (!isAppError(own) && own.atMs !== null) {
      for (const group of own.groups) deaths.note(name, group, { atMs: own.atMs, run }, settings().stalledAfterMs)
    }
    const state = isAppError(look) ? undefined : { first: look.next ?? 0, large: look.large, run }
    names.add(summary.key)
    vanished.note(before, summary, times)
    if (known.note(summary, atMs, state)) followers.streamChanged(id)
    else followers.streamRead(id)
    const now = known.get(id)
    const groups = now?.report.groups ?? null
    if (summary.error === null || summary.error.code === 'NOT_FOUND') closer.forgetGone(rowsBefore, now?.rows ?? [])
    onLook({ summary, groups, look: isAppError(own) ? null : own, run }, atMs)
    if (summary.error?.code !== 'UNREACHABLE' && unfound.delete(id) && !vanished.isMissed(id)) forget(id)
  }

  /** Whether it went with groups that are missed only a look tells. */
  function forgetUnfound(): void {
    for (const [id, { report }] of [...known.all()]) {
      if (found.has(id) || vanished.isMissed(id)) continue
      if (vanished.wouldMiss(report.summary)) unfound.add(id)
      else forget(id)
    }
    order.want([...unfound].flatMap((id) => known.get(id)?.report.summary.key ?? []))
  }

  const readStreams = createReadStreams({
    ...{ topology, lookers, settings, movedOf, onLook: note, ended: ended.signal },
    firstOf: (id) => known.get(id)?.first ?? 0,
    neglectedOf: (key, group) => closer.neglected(groupKey(fromBuffer(key), fromBuffer(group))),
  })
  async function read(taken: Taken): Promise<boolean> {
    try {
      await readStreams(taken)
      judging.soon()
      return true
    } catch (error) {
      order.giveBack(taken.keys)
      if (!isAppError(error, 'UNREACHABLE')) log.error({ err: error }, 'reading the streams failed')
      return false
    }
  }

  const walk = createWalk({
    ...{ order, closer, budget, read, wake, isReady },
    bytesEach: () => lookers.bytesEach(),
    isSeen: () => followers.isSeen(),
    ended: ended.signal,
  })

  function askForRefused(): void {
    closer.askAgain()
    memories.askAgain()
    for (const { reader } of topology.primaries()) askAgain(reader)
  }

  function readAgain(): void {
    order.again(readAgainNext(followers.shownKeys(), known.all()))
    wake.notify()
  }

  const beat = createBeat({
    refreshSeconds: () => settings().refreshSeconds,
    isSeen: () => followers.isSeen(),
    onBeat() {
      if (!isReady()) return
      readAgain()
      memories.look()
    },
  })

  walk.start()
  memories.look()
  beat.schedule()
  return {
    topology,
    followers,
    known,
    lastWords: deaths.of,
    discovered({ keys, state }, fresh) {
      if (fresh) found = new Set()
      isSearched = state === 'done'
      for (const id of keys.map(bytesKey)) {
        found.add(id)
        unfound.delete(id)
      }
      order.found(keys)
      if (state === 'done' || state === 'stopped') {
        forgetUnfound()
        judging.soon()
      }
      wake.notify()
    },
    shownChanged() {
      order.show(followers.shownKeys())
      beat.schedule()
      wake.notify()
    },
    giveWay: walk.giveWay,
    look(keys, ended) {
      const its = keys.filter((key) => known.get(bytesKey(key)) !== undefined)
      if (ended) for (const key of its) vanished.ended(key, ended.group, Date.now())
      order.want(its)
      judging.soon()
      wake.notify()
    },
    refresh() {
      askForRefused()
      order.want([...followers.shownKeys(), ...readAgainNext([], known.all(), 'too')])
      wake.notify()
    },
    reconnected() {
      askForRefused()
      readAgain()
    },
    settingsChanged() {
      known.judgeAgain()
      for (const id of known.all().keys()) followers.streamChanged(id)
      judging.soon()
      beat.schedule()
    },
    judgeAgain: judging.soon,
    measure: judging.measure,
    end() {
      ended.abort()
      beat.end()
      judging.end()
      followers.end()
      wake.notify()
    },
  }
}
