import { describe, expect, test } from 'vitest'
import { chooseTarget } from '../../../../electron/services/recovery/targets/target'
import { displayBytes } from '../../../../shared/bytes'
import type { ConsumerInfo } from '../../../../electron/redis/xinfo'

const STALLED_AFTER_MS = 60_000
const consumer = (name: string, pending: number, idleMs: number): ConsumerInfo => ({
  name: Buffer.from(name),
  pending,
  idleMs,
  inactiveMs: null,
  everActive: null,
})
const chosen = (consumers: readonly ConsumerInfo[], except: string | null = null): string =>
  displayBytes(chooseTarget(consumers, except === null ? null : Buffer.from(except), STALLED_AFTER_MS))

describe('who should take over', () => {
  test('is the one that holds least, of those seen lately', () => {
    expect(chosen([consumer('a', 5, 10), consumer('b', 2, 59_000), consumer('dead', 0, 60_001)])).toBe('b')
  })
  test('is the one seen last, of those that hold equally much', () => {
    expect(chosen([consumer('a', 5, 30), consumer('b', 5, 20), consumer('c', 5, 25)])).toBe('b')
  })
  test('is the one seen last when none was seen lately, whatever it holds', () => {
    expect(chosen([consumer('a', 0, 900_000), consumer('b', 70, 800_000)])).toBe('b')
  })
  test('still counts as seen lately at the very threshold', () => {
    expect(chosen([consumer('a', 0, STALLED_AFTER_MS), consumer('b', 1, 0)])).toBe('a')
  })
  test('is never the one that it is taken from', () => {
    expect(chosen([consumer('from', 0, 0), consumer('b', 70, 800_000)], 'from')).toBe('b')
  })
  test('can have an empty name, or one that begins alike', () => {
    expect(chosen([consumer('', 0, 0), consumer('b', 1, 0)])).toBe('')
    expect(chosen([consumer('fro', 0, 0), consumer('from', 0, 0)], 'from')).toBe('fro')
  })
  test('is nobody where there is nobody else', () => {
    expect(() => chosen([])).toThrow('no other consumer')
    expect(() => chosen([consumer('from', 3, 0)], 'from')).toThrow('no other consumer')
  })
})
