import { describe, expect, it } from 'vitest'
import { backlog, ratesOf, type GroupSample } from '../../../shared/judgement/rates'

describe('rates', () => {
  const at = (seconds: number, lag: number | null, entriesRead: number | null): GroupSample => ({
    atMs: seconds * 1_000,
    pending: 3,
    lag,
    entriesRead,
  })

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

  it('come with what is left to do', () => {
    expect(backlog([at(0, 4, 0), at(1, null, 0)])).toEqual([7, 3])
  })
})
