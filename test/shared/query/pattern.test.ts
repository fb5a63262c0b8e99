import * as fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it, test } from 'vitest'
import { ANY_CASE, checkPattern, MOST_SIZE } from '../../../shared/query/pattern'

const isTaken = (source: string): boolean => 'size' in checkPattern(source)
/** What the parser of patterns makes a turn at. */
const NASTY = [
  ...'abz019-^$.|()[]{}*+?\\,:=!<>PpkxdDwsSbBnQ_/ é😀',
  ...[
    '(?:',
    '(?i)',
    '(?=',
    '[^',
    '[:',
    ':]',
    '{2}',
    '{1,3}',
    '{0,}',
    '{2000}',
    '{12345}',
    '{1,20000000000}',
    '\\ ',
    '\\d',
    '\\p{L}',
    '\\x41',
    '\\x{e9}',
    '[a-z]',
    '\\1',
  ],
]

describe('a pattern is taken', () => {
  test.each([
    ['^A-\\d+$', 6],
    ['(?:a|b){2,3}c', 14],
    ['{"id":\\d{1,3}', 10],
    ['[]a-c\\d\\]-]', 1],
    ['[[:alpha:][:^digit:]]x', 2],
    ['\\p{Lu}\\PL\\p{^Greek}\\x{1F600}\\xe9\\/\\.', 7],
    [`${ANY_CASE}fail`, 4],
    ['a??b*?c+?d{2}?', 9],
    ['|', 1],
    ['()', 1],
    ['x{', 2],
  ])('%s, of a size of %i', (source, size) => {
    expect(checkPattern(source)).toEqual({ size })
  })
})

describe('a pattern is refused with the place', () => {
  test.each([
    ['', 'no-pattern', 0],
    [ANY_CASE, 'no-pattern', 4],
    ['a'.repeat(501), 'pattern-too-long', 500],
    ['(?:a{100}){11}', 'pattern-too-large', 10],
    ['a(?=b)', 'look-around', 1],
    ['a(?!b)', 'look-around', 1],
    ['(?<=a)b', 'look-around', 0],
    ['(?<!a)b', 'look-around', 0],
    ['(a)\\1', 'back-reference', 3],
    ['(?<n>a)', 'odd-group', 0],
    ['a(?i)b', 'odd-group', 1],
    ['x(ab', 'open-group', 1],
    ['ab)c', 'no-group', 2],
    ['a[bc', 'open-class', 1],
    ['[]', 'open-class', 0],
    ['[[:nope:]]', 'odd-class', 1],
    ['[z-a]', 'reversed-range', 1],
    ['[a-\\d]', 'reversed-range', 1],
    ['*a', 'nothing-repeated', 0],
    ['a|+', 'nothing-repeated', 2],
    ['a++', 'repeated-twice', 2],
    ['a{2}{3}', 'repeated-twice', 4],
    ['a{3,2}', 'odd-repeat', 1],
    ['a{2000}', 'odd-repeat', 1],
    ['a{12345}', 'odd-repeat', 1],
    ['a{1,12345}', 'odd-repeat', 1],
    [`a{${'9'.repeat(30)},}`, 'odd-repeat', 1],
    ['a\\', 'odd-escape', 1],
    ['\\u00e9', 'odd-escape', 0],
    ['\\Qa\\E', 'odd-escape', 0],
    ['\\x{110000}', 'odd-escape', 0],
    ['\\p{Klingon}', 'odd-property', 0],
    ['é😀(', 'open-group', 3],
  ])('%s: %s at %i', (source, fault, at) => {
    expect(checkPattern(source)).toEqual({ fault, at })
  })
})

it('the engine takes whatever is taken, in either case', () => {
  let taken = 0
  const source = fc.array(fc.constantFrom(...NASTY), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(source, (text) => {
      const check = checkPattern(text)
      if ('fault' in check) {
        expect(check.at).toBeLessThanOrEqual(text.length)
        return
      }
      taken += 1
      expect(check.size).toBeLessThanOrEqual(MOST_SIZE)
      expect(() => RE2JS.compile(text)).not.toThrow()
      expect(() => RE2JS.compile(ANY_CASE + text)).not.toThrow()
    }),
    { numRuns: 20_000 },
  )
  // It is not that everything is refused.
  expect(taken).toBeGreaterThan(1_000)
})

it('every kind of character that is taken, the engine knows', () => {
  const names = 'Any L Lu Nd Zs Cf Latin Greek Han Hebrew Arabic Hangul Thai Tamil Georgian'.split(' ')
  for (const name of names) {
    expect(isTaken(`\\p{${name}}`)).toBe(true)
    expect(() => RE2JS.compile(`\\p{${name}}`)).not.toThrow()
  }
})

it('a text is read in steps that the size bounds', () => {
  // As the engine tells of itself: so many instructions, each of them once for a character at most.
  const source = fc.array(fc.constantFrom(...NASTY), { maxLength: 14 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(source, (text) => {
      const check = checkPattern(text)
      if ('fault' in check) return
      expect(RE2JS.compile(text).programSize()).toBeLessThanOrEqual(4 * check.size + 8)
    }),
    { numRuns: 5_000 },
  )
})
