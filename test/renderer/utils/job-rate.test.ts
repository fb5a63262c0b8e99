import { describe, expect, it } from 'vitest'
import { rateOf, timeLeftMs, withSample, type JobSample } from '../../../renderer/utils/job-rate'
import type { Job } from '../../../shared/model/job'
import { words } from '../../../shared/words/words'

const { now: throttled } = words.throttle

function job(done: number, throttle: Partial<Job['throttle']> = {}): Job {
  return {
    id: 'j',
    kind: 'claim',
    connectionId: 'c1',
    key: 'orders',
    group: 'billing',
    to: null,
    state: 'running',
    done,
    total: 10_000,
    counts: { changed: done, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 },
    throttle: { paused: false, perSecond: null, heldBackBy: null, ...throttle },
    failures: [],
    startedAt: 0,
    endedAt: null,
    error: null,
    recordId: 'r',
    undoable: true,
  }
}

/** The samples of a job that was told of as given, one picture per second. */
function samplesOf(jobs: readonly Job[]): readonly JobSample[] {
  let samples: readonly JobSample[] = []
  jobs.forEach((now, at) => {
    samples = withSample(samples, jobs[at - 1], now, at * 1_000)
  })
  return samples
}

describe('the rate of a job', () => {
  it('is what was measured, and goes down while nothing comes in', () => {
    const samples = samplesOf([job(0), job(500), job(1_000)])
    expect(rateOf(samples, 2_000)).toBe(500)
    expect(rateOf(samples, 10_000)).toBe(100)
    expect(timeLeftMs(job(1_000), 500)).toBe(18_000)
  })

  it('is unknown before there is enough to tell', () => {
    expect(rateOf([], 5_000)).toBeNull()
    expect(rateOf([{ atMs: 0, done: 0 }], 9_000)).toBeNull()
    expect(rateOf(samplesOf([job(0), job(500)]), 1_000)).toBe(500)
    expect(
      rateOf(
        [
          { atMs: 0, done: 0 },
          { atMs: 400, done: 500 },
        ],
        400,
      ),
    ).toBeNull()
    expect(timeLeftMs(job(1_000), null)).toBeNull()
  })

  it('forgets what came before a pause or another limit', () => {
    const limited = samplesOf([job(0), job(5_000), job(5_000, { perSecond: 100 }), job(5_100, { perSecond: 100 })])
    expect(rateOf(limited, 3_000)).toBe(100)
    expect(timeLeftMs(job(5_000, { paused: true }), 100)).toBeNull()
  })

  it('is of the last 20 s', () => {
    const fastThenSlow = [
      ...Array.from({ length: 30 }, (_, at) => job(at * 200)),
      ...Array.from({ length: 30 }, () => job(5_800)),
    ]
    const samples = samplesOf(fastThenSlow)
    expect(samples.length).toBeLessThan(25)
    expect(rateOf(samples, 59_000)).toBeNull()
  })
})

it('why a job is held is told, and nothing is told of one that runs freely', () => {
  expect(throttled(job(0).throttle)).toBeNull()
  expect(throttled(job(0, { perSecond: 10 }).throttle)).toBeNull()
  expect(throttled(job(0, { paused: true, heldBackBy: 'latency' }).throttle)).toContain('Paused')
  expect(throttled(job(0, { heldBackBy: 'latency' }).throttle)).toContain('slowly')
  expect(throttled(job(0, { heldBackBy: 'replica lag' }).throttle)).toContain('replica')
})
