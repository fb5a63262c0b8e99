import { describe, expect, it } from 'vitest'
import { backlog, ratesOf, type GroupSample } from '../../../shared/judgement/rates'

describe('rates', () => {
  const at = (
    seconds: number,
    lag: number | null,
    entriesRead: number | null,
    lagKind: GroupSample['lagKind'] = lag === null ? 'unknown' : 'exact',
  ): GroupSample => ({ atMs: seconds * 1_000, pending: 3, lag, lagKind, entriesRead })

  it('follow from the first and last sample', () => {
    expect(ratesOf([at(0, 1_000, 0), at(10, 900, 300)])).toEqual({
      inPerSecond: 20,
      outPerSecond: 30,
      drainMs: 90_000,
    })
    expect(ratesOf([at(0, 100, 0), at(10, 200, 0)])).toEqual({ inPerSecond: 10, outPerSecond: 0, drainMs: null })
  })

  it('are not told from too little, or from what the server leaves out', () => {
    expect(ratesOf([])).toBeNull()
    expect(ratesOf([at(0, 1, 1), at(1, 1, 1)])).toBeNull()
    expect(ratesOf([at(0, null, 1), at(10, 1, 1)])).toBeNull()
  })

  it('are of lags that were told alike: from a reported one to a counted one nothing moved', () => {
    const samples = [at(0, 90_000, 0, 'reported'), at(5, 1_000, 10), at(10, 1_000, 20)]
    expect(ratesOf(samples)).toEqual({ inPerSecond: 2, outPerSecond: 2, drainMs: null })
    expect(backlog(samples)).toEqual([1_003, 1_003])
    expect(ratesOf([at(0, 1_000, 0), at(5, 90_000, 5, 'reported')])).toBeNull()
  })

  it('of what is only known to be at least so much: what goes out, and nothing else', () => {
    const samples = [at(0, 10_000, 0, 'atLeast'), at(10, 10_000, 50, 'atLeast')]
    expect(ratesOf(samples)).toEqual({ inPerSecond: null, outPerSecond: 5, drainMs: null })
  })

  it('come with what is left to do, just the pending where the lag is unknown', () => {
    expect(backlog([at(0, 4, 0), at(1, 5, 0)])).toEqual([7, 8])
    expect(backlog([at(0, 4, 0), at(1, null, 0)])).toEqual([3])
  })
})
