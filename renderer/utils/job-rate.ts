import type { Job } from '../../shared/model/job'

/** How far a job was, and when this page was told. */
export interface JobSample {
  readonly atMs: number
  readonly done: number
}

/** Long enough to even out batches, short enough to follow a change. */
const WINDOW_MS = 20_000
/** Nothing is said of less. */
const LEAST_MS = 1_000

/** The samples with a new one. Begins anew where the job was let go faster or slower: what it did before says nothing then. */
export function withSample(
  samples: readonly JobSample[],
  before: Job | undefined,
  now: Job,
  atMs: number,
): JobSample[] {
  const isSameThrottle =
    before?.throttle.paused === now.throttle.paused && before.throttle.perSecond === now.throttle.perSecond
  const kept = isSameThrottle ? samples : []
  const first = kept.findLastIndex((sample) => sample.atMs <= atMs - WINDOW_MS)
  return [...kept.slice(Math.max(0, first)), { atMs, done: now.done }]
}

/** Entries per second as measured, up to this moment; null while too little was seen. */
export function rateOf(samples: readonly JobSample[], nowMs: number): number | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last) return null
  const spanMs = Math.max(nowMs, last.atMs) - first.atMs
  return spanMs < LEAST_MS || last.done <= first.done ? null : ((last.done - first.done) / spanMs) * 1_000
}

/** How long the rest takes if it goes on like this, ms; null where that can't be told. */
export function timeLeftMs({ done, total, throttle }: Job, rate: number | null): number | null {
  return rate === null || throttle.paused || total <= done ? null : ((total - done) / rate) * 1_000
}
