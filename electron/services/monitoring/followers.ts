import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { FindingCard } from '../../../shared/judgement/finding-cards'
import type { MonitoringEvent, StreamReport } from '../../../shared/model/monitoring'
import { FINDINGS_AT_FIRST, MOST_REPORTS } from '../../../shared/monitoring-limits'
import { toldReport } from './told-groups'
import { createNotifier } from '../lib/notifier'

/** What changes is told so often at most: what comes in between is told together. */
const TELL_EVERY_MS = 100
const TELL_HIDDEN_EVERY_MS = 5_000
export interface Shown {
  readonly keys: readonly Bytes[]
  readonly findings: number
  readonly hidden: boolean
}

/** What says the same is told again on a screen once it was read so much later, so that its age is true. */
const TELL_READ_AFTER_MS = 30_000

/** A page is told of a clock that is off by more than what it knows. */
const CLOCK_SLACK_MS = 500

export interface FollowerSources {
  readonly report: (id: string) => StreamReport | undefined
  /** All that is known, for one who comes. */
  readonly ids: () => Iterable<string>
  /** By how much the server's clock is ahead of ours, ms; null: not known yet. */
  readonly clockSkewMs: () => number | null
  /** Worst first; null: not worked out yet. */
  readonly cards: () => readonly FindingCard[] | null
  /** Findings that nobody wants to be told. */
  readonly snoozed: () => number
  /** Of how many streams these are. */
  readonly judged: () => number
  /** For how long what the user asks for still goes first, ms; 0: not just now. */
  readonly restMs: () => number
}

/** The pages that follow one connection. Each is told what it was not told yet, as fast as it takes it: never a backlog. */
export interface Followers {
  /** `onChange`: one came, or left. */
  follow(signal: AbortSignal | undefined, onChange: () => void): AsyncGenerator<MonitoringEvent, void>
  /** False: there is no such follower (any more). */
  show(watchId: string, shown: Shown): boolean
  /** The streams that pages have on their screens. */
  shownKeys(): readonly Bytes[]
  /** Whether anybody sees it just now. */
  isSeen(): boolean
  streamChanged(id: string): void
  /** It says what it said before: pages that show it are told when that was, if it is a while since they were. */
  streamRead(id: string): void
  findingsChanged(): void
  /** They are what they were, maybe of more streams. */
  judgedAgain(): void
  /** Ends all of them. */
  end(): void
}

interface Follower {
  readonly untold: Set<string>
  shown: Shown
  shownIds: readonly string[]
  /** The streams of the findings that it was told. */
  findingIds: ReadonlySet<string>
  /** Of which reading each stream was told. */
  readonly toldAtMs: Map<string, number>
  areFindingsNew: boolean
  /** It shows another number of them than before: they are part of its screen, and don't wait. */
  areFindingsAsked: boolean
  /** Of how many streams it knows the findings. */
  judged: number
  /** The clock that it was told. */
  skewMs: number | null
}

export function createFollowers({
  report,
  ids,
  clockSkewMs,
  cards,
  snoozed,
  judged,
  restMs,
}: FollowerSources): Followers {
  const followers = new Map<string, Follower>()
  const changed = createNotifier()
  let hasEnded = false

  function nextEvent(me: Follower): MonitoringEvent | null {
    const skewMs = clockSkewMs()
    if (skewMs !== null && Math.abs(skewMs - (me.skewMs ?? Infinity)) > CLOCK_SLACK_MS) {
      me.skewMs = skewMs
      return { kind: 'clock', serverNowMs: Date.now() + skewMs }
    }
    const all = cards()
    if (all !== null && me.areFindingsAsked) return tellFindings(me, all)
    const chunk = takeReports(me)
    if (chunk.length > 0) return { kind: 'streams', streams: chunk }
    if (all === null) return null
    if (me.areFindingsNew) return tellFindings(me, all)
    if (me.judged === judged()) return null
    me.judged = judged()
    return { kind: 'judged', streams: me.judged }
  }

  function tellFindings(me: Follower, all: readonly FindingCard[]): MonitoringEvent {
    me.areFindingsNew = false
    me.areFindingsAsked = false
    const told = all.slice(0, me.shown.findings).flatMap(({ findings }) => findings)
    me.findingIds = new Set(told.flatMap((finding) => ('row' in finding ? bytesKey(finding.row.key) : [])))
    const bad = all.filter(({ health }) => health === 'bad').length
    return { kind: 'findings', findings: told, count: all.length, bad, snoozed: snoozed() }
  }

  /** Those on its screen first. */
  function takeReports({ untold, shownIds, toldAtMs }: Follower): readonly StreamReport[] {
    const chunk: StreamReport[] = []
    const take = (id: string): void => {
      if (!untold.delete(id)) return
      const told = report(id)
      if (!told) return void toldAtMs.delete(id)
      toldAtMs.set(id, told.readAtMs)
      chunk.push(toldReport(told))
    }
    for (const id of shownIds) take(id)
    for (const id of untold) {
      if (chunk.length >= MOST_REPORTS) break
      take(id)
    }
    return chunk
  }

  /** So many ms, or until something changes. */
  async function moment(ms: number, signal?: AbortSignal): Promise<void> {
    const timer = setTimeout(() => changed.notify(), ms).unref()
    await changed.next(signal)
    clearTimeout(timer)
  }

  const isToldLongAgo = ({ toldAtMs }: Follower, id: string): boolean => {
    const before = toldAtMs.get(id)
    return before !== undefined && (report(id)?.readAtMs ?? before) - before > TELL_READ_AFTER_MS
  }

  const isScreenUntold = ({ untold, shownIds, areFindingsAsked }: Follower): boolean =>
    shownIds.some((id) => untold.has(id)) || (areFindingsAsked && cards() !== null)

  return {
    async *follow(signal, onChange) {
      const watchId = randomUUID()
      const me: Follower = {
        untold: new Set(ids()),
        shown: { keys: [], findings: FINDINGS_AT_FIRST, hidden: false },
        shownIds: [],
        findingIds: new Set(),
        toldAtMs: new Map(),
        areFindingsNew: true,
        areFindingsAsked: false,
        judged: 0,
        skewMs: null,
      }
      followers.set(watchId, me)
      onChange()
      const hasLeft = (): boolean => hasEnded || signal?.aborted === true
      try {
        yield { kind: 'begin', watchId }
        while (!hasLeft()) {
          for (let ms = restMs(); ms > 0 && !isScreenUntold(me) && !hasLeft(); ms = restMs()) await moment(ms, signal)
          const event = nextEvent(me)
          if (event) yield event
          if (me.untold.size > 0 && event) continue
          if (!event) await changed.next(signal)
          await gather(me.shown.hidden ? TELL_HIDDEN_EVERY_MS : TELL_EVERY_MS, signal)
        }
      } finally {
        followers.delete(watchId)
        onChange()
      }
    },
    show(watchId, shown) {
      const me = followers.get(watchId)
      if (!me) return false
      me.areFindingsAsked ||= shown.findings !== me.shown.findings
      me.shown = shown
      me.shownIds = shown.keys.map(bytesKey)
      for (const id of me.shownIds) if (isToldLongAgo(me, id)) me.untold.add(id)
      changed.notify()
      return true
    },
    shownKeys: () => [...followers.values()].flatMap(({ shown }) => (shown.hidden ? [] : shown.keys)),
    isSeen: () => [...followers.values()].some(({ shown }) => !shown.hidden),
    streamChanged(id) {
      for (const { untold } of followers.values()) untold.add(id)
      changed.notify()
    },
    streamRead(id) {
      for (const me of followers.values()) {
        const isShown = me.findingIds.has(id) || me.shownIds.includes(id)
        if (!isShown || !isToldLongAgo(me, id)) continue
        me.untold.add(id)
        changed.notify()
      }
    },
    findingsChanged() {
      for (const me of followers.values()) me.areFindingsNew = true
      changed.notify()
    },
    judgedAgain: changed.notify,
    end() {
      hasEnded = true
      changed.notify()
    },
  }
}

async function gather(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal, ref: false } : { ref: false }).catch(() => undefined)
}
