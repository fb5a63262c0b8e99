import { describe, expect, test } from 'vitest'
import { displayBytes } from '../../../../shared/bytes'
import { nameKey } from '../../../../electron/redis/bytes'
import type { ConsumerInfo } from '../../../../electron/redis/xinfo'
import { NO_SIGNS } from '../../../../electron/services/recovery/targets/target'
import { chooseSpreadTargets } from '../../../../electron/services/recovery/targets/spread-targets'

const MINUTE = 60_000
const consumer = (name: string, pending: number, idleMs: number): ConsumerInfo => ({
  ...{ name: Buffer.from(name), pending, idleMs, inactiveMs: null, everActive: null },
})
const names = (all: readonly ConsumerInfo[], from: string | null = null): readonly string[] =>
  chooseSpreadTargets(all, from === null ? null : Buffer.from(from), MINUTE).map(displayBytes)

describe('a spread that names nobody', () => {
  test('goes over all that are active, however much they hold, but for the holder', () => {
    const all = [
      consumer('a', 900, 10),
      consumer('b', 0, MINUTE),
      consumer('quiet', 0, MINUTE + 1),
      consumer('from', 5, 0),
    ]
    expect(names(all, 'from')).toEqual(['a', 'b'])
  })

  test('goes over those that hold nothing and were seen last, where none is active', () => {
    const all = [
      consumer('stalled', 3, 2 * MINUTE),
      consumer('last', 0, 10 * MINUTE),
      consumer('about then', 0, 11 * MINUTE),
      consumer('long gone', 0, 11 * MINUTE + 1),
    ]
    expect(names(all)).toEqual(['last', 'about then'])
    expect(names(all, 'last')).toEqual(['about then', 'long gone'])
  })

  // It holds nothing: to say that all of them hold entries is wrong.
  test.each([
    ['recovery.others-emptied', [consumer('rescue', 0, 0), consumer('from', 3, 0)]],
    ['recovery.none-fit', [consumer('rescue', 0, 0), consumer('a', 1, 2 * MINUTE), consumer('from', 3, 0)]],
  ])('tells what was emptied from here from what is stalled: %s', (code, all) => {
    const signs = { ...NO_SIGNS, emptied: new Set([nameKey(Buffer.from('rescue'))]) }
    expect(() => chooseSpreadTargets(all, Buffer.from('from'), MINUTE, signs)).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ problem: { code, params: {} } }) as object }),
    )
  })

  test.each([
    ['all others are stalled', [consumer('a', 1, 2 * MINUTE), consumer('from', 0, 0)], /active/],
    ['there is no other', [consumer('from', 9, 0)], /no other consumer/],
    ['there is none at all', [], /no other consumer/],
  ])('is refused where %s, naming the field', (_why, all, words) => {
    const spread = (): unknown => names(all, 'from')
    expect(spread).toThrow(words)
    expect(spread).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', data: expect.objectContaining({ field: 'action.to' }) as object }),
    )
  })
})
