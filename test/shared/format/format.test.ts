import { describe, expect, it } from 'vitest'
import { formatCompact, formatCount, formatNoun } from '../../../shared/format/format-count'
import { formatDuration, formatRoundTrip } from '../../../shared/format/format-duration'
import { formatLag } from '../../../shared/format/format-lag'
import { formatSize } from '../../../shared/format/format-size'
import { formatExact, formatRelative, formatTime, formatUtc } from '../../../shared/format/format-time'
import { words } from '../../../shared/words/words'

describe('durations', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [850, '850 ms'],
    [999.9, '999 ms'],
    [42_000, '42 s'],
    [60_000, '1 min'],
    [189_000, '3 min 9 s'],
    [42 * 60_000 + 59_000, '42 min'],
    [3_600_000, '1 h'],
    [12_000_000, '3 h 20 min'],
    [187_200_000, '2 d 4 h'],
    [41 * 86_400_000, '41 d'],
    [(5 * 365 + 188) * 86_400_000, '5 y 188 d'],
  ])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})

describe('round trips', () => {
  it.each([
    [-0.02, '< 0.1 ms'],
    [0, '< 0.1 ms'],
    [0.04, '< 0.1 ms'],
    [0.099, '< 0.1 ms'],
    [0.1, '0.1 ms'],
    [0.449, '0.4 ms'],
    [9.94, '9.9 ms'],
    [9.96, '10 ms'],
    [10.4, '10 ms'],
    [999.6, '1\u202f000 ms'],
    [12_345, '12\u202f345 ms'],
  ])('%d ms is %s', (ms, text) => expect(formatRoundTrip(ms)).toBe(text))
})

describe('counts', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [12_431, '12\u202f431'],
    [-1_234, '−1\u202f234'],
    [9_223_372_036_854_775_807n, '9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f807'],
  ])('%s is %s in full', (value, text) => expect(formatCount(value)).toBe(text))

  it.each([
    [950, '950'],
    [1_290, '1.3\u202fk'],
    [18_923, '18.9\u202fk'],
    [99_949, '99.9\u202fk'],
    [99_999, '100\u202fk'],
    [999_499, '999\u202fk'],
    [999_500, '1\u202fM'],
    [-18_923, '-18.9\u202fk'],
    [512_400, '512\u202fk'],
    [4_000_000, '4\u202fM'],
    [9_223_372_036_854_775_807n, '9223372\u202fT'],
  ])('%s is %s in short', (value, text) => expect(formatCompact(value)).toBe(text))

  it('come with their noun', () => {
    expect(formatNoun(1, 'entry', 'entries')).toBe('1 entry')
    expect(formatNoun(0, 'group')).toBe('0 groups')
  })
})

describe('lag', () => {
  it('is never 0 for what Redis can not tell', () => {
    expect(formatLag({ value: null, kind: 'unknown' })).toBe('unknown')
    expect(words.group.lagKinds.unknown).toContain('not 0')
  })

  it('says how sure it is', () => {
    expect(formatLag({ value: 0, kind: 'exact' })).toBe('0')
    expect(formatLag({ value: 10_000, kind: 'atLeast' })).toBe('≥ 10\u202f000')
    expect(formatLag({ value: 8_100, kind: 'reported' })).toBe('8\u202f100 reported')
    expect(formatLag({ value: 8_100, kind: 'reported' }, 'tiny')).toMatch(/^8.*k\?$/)
    expect(formatLag({ value: 19_444, kind: 'estimate' }, 'tiny')).toBe('~19\u202fk')
    expect(formatLag({ value: 19_444, kind: 'estimate' })).toBe('~ 19\u202f444')
    expect(formatLag({ value: 8_100, kind: 'reported' }, 'narrow')).toBe('8\u202f100?')
  })
})

describe('sizes and times', () => {
  it.each([
    [812, '812 B'],
    [1_434, '1.4 KiB'],
    [38_797_312, '37 MiB'],
    [5e12, '4.5 TiB'],
  ])('%d bytes is %s', (bytes, text) => expect(formatSize(bytes)).toBe(text))

  it('are relative to now', () => {
    expect(formatRelative(1_000, 1_500)).toBe('now')
    expect(formatRelative(0, 42 * 60_000)).toBe('42 min ago')
    expect(formatRelative(3_000, 0)).toBe('in 3 s')
  })

  it('are exact to the millisecond, in local and universal time', () => {
    expect(formatUtc(1_621_054_539_960)).toBe('2021-05-15 04:55:39.960 UTC')
    expect(formatTime(1_621_054_539_960)).toMatch(/^2021-05-1[456] \d\d:\d\d:39\.960$/)
    expect(formatExact(0)).toContain('1970-01-01 00:00:00.000 UTC')
  })
})
