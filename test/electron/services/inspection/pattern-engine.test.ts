import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_STEPS, patternEngine } from '../../../../electron/services/inspection/pattern-engine'
import { MOST_SIZE } from '../../../../shared/query/pattern'
import { queryOf } from '../../../helpers/query-of'

async function engineOf(typed = 'a~/x/') {
  const engine = await patternEngine(queryOf(typed))
  if (engine === null) throw new Error('no engine')
  return engine
}

it('is there only where a query has a pattern', async () => {
  expect(await patternEngine(queryOf('4711 status=failed'))).toBeNull()
  expect(await patternEngine(queryOf('4711 OR -sku~/^A/'))).not.toBeNull()
})

describe('what both take, it finds as JavaScript does', () => {
  const atom = fc.constantFrom(
    ...['a', 'b', 'A', '-', 'é', '😀', '.', '\\d', '\\D', '\\w', '\\W', '[ab]', '[^a]', '[a-b\\d]', '\\x41', 'k'],
  )
  const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
    pattern: fc
      .array(
        fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map((all) => all.join('|')),
    part: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      atom,
      fc.constantFrom('^', '$', '\\b', '\\B'),
      fc
        .tuple(atom, fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,2}', '{2,}', '*?', '+?'))
        .map((two) => two.join('')),
      fc
        .tuple(fc.constantFrom('(', '(?:'), tie('pattern'), fc.constantFrom(')', ')+', ')*', '){1,2}'))
        .map((all) => all.join('')),
    ),
  }))
  const text = fc.array(fc.constantFrom('a', 'b', 'A', 'B', 'k', 'K', '1', '-', ' ', 'é', '😀', '\n'), {
    maxLength: 12,
  })

  it.each([
    ['each letter as it is', 'u', ''],
    ['in either case', 'iu', '(?i)'],
  ])('%s', async (_what, flags, prefix) => {
    const engine = await engineOf()
    let found = 0
    fc.assert(
      fc.property(
        pattern,
        text.map((parts) => parts.join('')),
        (source, characters) => {
          // JavaScript looks for the edge of a word within what is one character.
          const value = /\\B/i.test(source) ? characters.replaceAll('😀', '1') : characters
          engine.begin()
          const expected = new RegExp(source, flags).test(value)
          if (expected) found += 1
          expect(engine.compile(prefix + source)(value)).toBe(expected)
        },
      ),
      { numRuns: 2_000 },
    )
    expect(found).toBeGreaterThan(200)
  })
})

describe('a pattern that would make others hang', () => {
  const long = `${'a'.repeat(64 * 1024)}!`

  it('is answered on a long text', async () => {
    const engine = await engineOf()
    for (const pattern of ['(a+)+$', '^(a|a)*$', '(.*)*x', '^(a*)*$']) {
      engine.begin()
      expect([pattern, engine.compile(pattern)(long)]).toEqual([pattern, false])
    }
  })

  it('is not begun on what would take too many steps, and leaves that to nobody else of the entry', async () => {
    const engine = await engineOf()
    const slow = engine.compile('(?:a|b)*a(?:a|b){200}[cd]')
    expect(slow(long)).toBeNull()
    expect(slow(`${long.slice(0, 500)}c`)).toBe(true)
    const quick = engine.compile('z')
    const answers = Array.from({ length: 8 }, () => quick(long))
    expect(answers.filter((answer) => answer === null).length).toBeGreaterThan(0)
    engine.begin()
    expect(quick(long)).toBe(false)
  })

  it('is not begun where it would hold the host for a quarter of a second', async () => {
    const engine = await engineOf()
    expect(engine.compile('[ax].{400}[0-9]')('a'.repeat(8 * 1024))).toBeNull()
  })

  it('of the largest size is still looked for in a short text', async () => {
    const engine = await engineOf()
    const largest = engine.compile(`(?:a|b){${MOST_SIZE / 5}}z`)
    expect(largest('a'.repeat(Math.floor(MOST_STEPS / (MOST_SIZE * 4))))).toBe(false)
  })
})

it('what the engine does not take is refused in words', async () => {
  const engine = await engineOf()
  expect(() => engine.compile('a{12345}')).toThrow(
    expect.objectContaining({
      code: 'BAD_INPUT',
      message: expect.stringContaining('does not take this pattern') as string,
    }),
  )
})
