import { setTimeout as delay } from 'node:timers/promises'
import { compareIds, idTimeMs, previousId, type EntryId } from '../../../../shared/entry-id'
import { isAppError } from '../../../../shared/error'
import type { Stream } from '../../../../shared/model/stream'
import { MOST_BUCKETS, type Timeline, type TimelineBucket, type TimelineEvent } from '../../../../shared/model/timeline'
import { serverTimeMs } from '../../../redis/clock'
import type { Source } from '../../../redis/source'
import { requireRange } from '../../lib/require-range'
import { inspectStream } from '../inspection'
import { idPages, idsWithin, type IdSpan, type SpanIds } from './ids-within'
import { fittedTo, gapsOf, sampledCount, together, type Gap, type Sampled, type Window } from './sampled-counts'
import { stretchesOver } from './time-steps'

export interface TimelineOptions {
  /** From the smaller id to the greater one, both included; all of the stream without. */
  readonly from?: EntryId | undefined
  readonly to?: EntryId | undefined
  /** So many buckets at most. */
  readonly buckets?: number | undefined
  /** All entries are counted, however many. */
  readonly all?: boolean | undefined
  /** So many are counted one by one without being asked for. */
  readonly few?: number
}

const FEW = 20_000
/** Stretches that are looked at, and entries in each window of them. */
const MOST_STRETCHES = 240
const WINDOW = 32
const TELL_EVERY_MS = 250
/** A server that takes longer for a page is left alone for as long as that took. */
const SLOW_MS = 50
/** What an entry may hold on average for it to be looked at. */
const LARGE_BYTES = 64 * 1024
const DAY_MS = 86_400_000
const FIRST_TIME: EntryId = `${Date.UTC(2010)}-0`
/** Where in a stretch to look, so that what comes each minute is not met, or missed, each time. */
const GOLDEN = 0.618_033_988_75

/**
 * Entries by the times in their ids, over all of a stream or a stretch of it. Few are counted; of many so much is looked at as says about
 * where they lie: exact where little is, else as many as in what was seen. With `all` the buckets become exact one after the other. Bounded
 * commands, one at a time; entries stay in the server where it has scripts (7.0+). Throws NOT_FOUND stream, BAD_INPUT, REDIS, UNREACHABLE.
 */
export async function* timelineOf(
  source: Source,
  { from, to, buckets: most = MOST_BUCKETS, all = false, few = FEW }: TimelineOptions,
  signal?: AbortSignal,
): AsyncGenerator<TimelineEvent, void> {
  requireRange({ from, to }, 'from')
  const stream = await inspectStream(source.reader, source.key)
  const averageBytes = stream.memoryBytes === null ? null : stream.memoryBytes / Math.max(1, stream.length)
  if (stream.length === 0) {
    yield { kind: 'none', why: 'empty' }
    return
  }
  if (stream.large || averageBytes === null || averageBytes > LARGE_BYTES) {
    yield { kind: 'none', why: 'large' }
    return
  }
  const nowMs = await clockOf(source)
  const looks = { averageBytes, signal }
  const span = await timesOf(source, stream, { from, to, nowMs }, looks)
  if (span === null) {
    yield { kind: 'none', why: from === undefined && to === undefined ? 'no-times' : 'empty' }
    return
  }
  const { fromMs, stepMs, count } = stretchesOver(span.fromMs, span.toMs, most)
  const ids = { ...span.ids, to: smaller(span.ids.to, endOfMs(fromMs + count * stepMs - 1)) }
  const base = { kind: 'counted', fromMs, stepMs, nowMs, length: stream.length } as const
  const isWhole = from === undefined && to === undefined && !span.hasTimeless
  const told = (buckets: readonly TimelineBucket[], counting: number | null): Timeline => ({
    ...base,
    buckets,
    hasTimeless: span.hasTimeless,
    counting,
  })
  const sampled = await sample(source, { ids, stretchesFromMs: fromMs, stepMs, count }, looks)
  const isMore = sampled.reduce((sum, bucket) => sum + bucket.count, 0) > stream.length
  const first = isWhole || isMore ? fittedTo(stream.length, sampled) : sampled
  const expected = first.reduce((sum, bucket) => sum + bucket.count, 0)
  const goesOn = first.some(({ isSampled }) => isSampled) && (all || expected <= few)
  yield told(first, goesOn ? 0 : null)
  if (!goesOn) return

  const exact = Array.from({ length: count }, () => 0)
  let counted = 0
  let reached = 0
  /** What lies behind where it is counted is as it was. */
  const now = (): readonly TimelineBucket[] =>
    first.map((bucket, at) => (at < reached ? { count: exact[at] ?? 0, isSampled: false } : bucket))
  const enough = all ? Infinity : 2 * few
  let toldAt = performance.now()
  let askedAt = toldAt
  for await (const page of idPages(source, ids, averageBytes, signal)) {
    const tookMs = performance.now() - askedAt
    for (const id of page) {
      const at = Math.floor((timeOf(id) - fromMs) / stepMs)
      exact[at] = (exact[at] ?? 0) + 1
      reached = at
    }
    counted += page.length
    if (performance.now() - toldAt >= TELL_EVERY_MS) {
      yield told(now(), counted)
      toldAt = performance.now()
    }
    // They were far more than it looked like.
    if (counted >= enough) {
      yield told(now(), null)
      return
    }
    if (tookMs > SLOW_MS) await delay(tookMs, undefined, { signal })
    askedAt = performance.now()
  }
  reached = count
  yield told(now(), null)
}

interface Looks {
  readonly averageBytes: number
  readonly signal: AbortSignal | undefined
}

interface Times {
  readonly ids: IdSpan
  readonly fromMs: number
  readonly toMs: number
  readonly hasTimeless: boolean
}

interface Asked {
  readonly from: EntryId | undefined
  readonly to: EntryId | undefined
  readonly nowMs: number | null
}

/** From the first entry whose id is a time until now, or as far as was asked for; null: there is none. */
async function timesOf(
  source: Source,
  { firstId, lastId }: Pick<Stream, 'firstId' | 'lastId'>,
  { from, to, nowMs }: Asked,
  { averageBytes, signal }: Looks,
): Promise<Times | null> {
  const latestMs = (nowMs ?? Date.now()) + DAY_MS
  const isTime = (id: EntryId | null): boolean => id === null || idTimeMs(id, nowMs ?? undefined) !== null
  const last = lastId !== null && isTime(lastId) ? lastId : null
  const asked = {
    from: greater(from ?? FIRST_TIME, FIRST_TIME),
    to: smaller(to ?? endOfMs(latestMs), endOfMs(latestMs)),
  }
  // What comes meanwhile is none of it.
  const ends = { from: asked.from, to: last === null ? asked.to : smaller(asked.to, last) }
  if (compareIds(ends.from, ends.to) > 0) return null
  const [found] = await idsWithin(source, [ends], { most: 1, averageBytes }, signal)
  const first = found?.ids[0]
  if (first === undefined) return null
  // Until now, as it tells that nothing came since; an id may be ahead of the clock, by a little.
  const endMs =
    to === undefined ? Math.max(last === null ? 0 : timeOf(last), nowMs ?? 0, timeOf(first)) : timeOf(asked.to)
  return {
    ids: { from: first, to: ends.to },
    // What was asked for is shown, also where nothing is.
    fromMs: from === undefined ? timeOf(first) : timeOf(asked.from),
    toMs: Math.min(endMs, latestMs),
    hasTimeless: !isTime(firstId) || !isTime(lastId),
  }
}

interface Drawn {
  readonly ids: IdSpan
  readonly stretchesFromMs: number
  readonly stepMs: number
  readonly count: number
}

/** Looks at the beginning of each stretch, and where there is more, two times somewhere in the widest part that was not looked at. */
async function sample(
  source: Source,
  { ids, stretchesFromMs, stepMs, count }: Drawn,
  { averageBytes, signal }: Looks,
): Promise<readonly TimelineBucket[]> {
  // What lies within one millisecond can't be told apart by time.
  const parts = Math.max(1, Math.min(Math.floor(MOST_STRETCHES / count), 4, stepMs))
  const partMs = stepMs / parts
  const starts = Array.from({ length: count * parts }, (_, at) => Math.ceil(stretchesFromMs + at * partMs))
  const endMs = stretchesFromMs + count * stepMs
  const stretches = starts.map((fromMs, at) => ({ fromMs, toMs: starts[at + 1] ?? endMs }))
  const looked = await windowsFrom(source, stretches, ids, { averageBytes, signal })
  const seen: Sampled[] = stretches.map((stretch, at) => ({ ...stretch, windows: [looked[at] ?? nothingIn(stretch)] }))
  for (const turn of [1, 2]) {
    const gaps = seen.flatMap((stretch, at) => {
      const gap = widest(gapsOf(stretch))
      if (gap === undefined) return []
      const share = 0.25 + (((at + 1) * turn * GOLDEN) % 1) / 2
      return [{ at, fromMs: Math.floor(gap.fromMs + (gap.toMs - gap.fromMs) * share), toMs: gap.toMs }]
    })
    const windows = await windowsFrom(source, gaps, ids, { averageBytes, signal })
    gaps.forEach(({ at }, nth) => {
      const [stretch, window] = [seen[at], windows[nth]]
      if (!stretch || !window) return
      seen[at] = { ...stretch, windows: [...stretch.windows, window].sort((a, b) => a.fromMs - b.fromMs) }
    })
  }
  const counts = seen.map(sampledCount)
  return Array.from({ length: count }, (_, at) => together(counts.slice(at * parts, (at + 1) * parts)))
}

const widest = <G extends Gap>(gaps: readonly G[]): G | undefined =>
  [...gaps].sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0]

type Stretch = Pick<Window, 'fromMs' | 'toMs'>
const nothingIn = ({ fromMs, toMs }: Stretch): Window => ({ fromMs, toMs, count: 0, firstMs: toMs, isAll: true })

/** From the beginning of each stretch as far as some entries reach. What lies outside of `ids` is in none. */
async function windowsFrom(
  source: Source,
  stretches: readonly Stretch[],
  ids: IdSpan,
  { averageBytes, signal }: Looks,
): Promise<readonly Window[]> {
  const spans = stretches.map(({ fromMs, toMs }) => ({
    from: greater(`${fromMs}-0`, ids.from),
    to: smaller(previousId(`${toMs}-0`) ?? ids.to, ids.to),
  }))
  const asked = spans.flatMap((span, at) => (compareIds(span.from, span.to) <= 0 ? [{ span, at }] : []))
  const reads = { most: WINDOW, averageBytes }
  const found = await idsWithin(
    source,
    asked.map(({ span }) => span),
    reads,
    signal,
  )
  const windows: Window[] = stretches.map(nothingIn)
  asked.forEach(({ at }, nth) => {
    const [stretch, told] = [stretches[at], found[nth]]
    if (!stretch || !told) return
    windows[at] = windowOf(stretch, told)
  })
  return windows
}

function windowOf(stretch: Stretch, { ids, isWhole }: SpanIds): Window {
  const { fromMs } = stretch
  const [first, last] = [ids[0], ids.at(-1)]
  if (first === undefined || last === undefined) return nothingIn(stretch)
  const firstMs = timeOf(first)
  if (isWhole) return { ...stretch, count: ids.length, firstMs, isAll: true }
  // More may have the last one's time: up to that, where it leaves any.
  const lastMs = timeOf(last)
  const before = ids.filter((id) => timeOf(id) < lastMs).length
  if (before > 0) return { fromMs, toMs: lastMs, count: before, firstMs, isAll: true }
  return { fromMs, toMs: lastMs + 1, count: ids.length, firstMs, isAll: false }
}

/** Null: nothing tells it. Throws UNREACHABLE. */
async function clockOf({ reader }: Source): Promise<number | null> {
  try {
    return await serverTimeMs(reader)
  } catch (error) {
    if (isAppError(error, 'UNREACHABLE') || !isAppError(error)) throw error
    return null
  }
}

const timeOf = (id: EntryId): number => Number(id.slice(0, id.indexOf('-')))
const endOfMs = (ms: number): EntryId => previousId(`${Math.floor(ms) + 1}-0`) ?? `${Math.floor(ms)}-0`
const greater = (a: EntryId, b: EntryId): EntryId => (compareIds(a, b) >= 0 ? a : b)
const smaller = (a: EntryId, b: EntryId): EntryId => (compareIds(a, b) <= 0 ? a : b)
