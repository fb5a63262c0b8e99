import { expect, test } from 'vitest'
import { failedLines, unsteadyLines } from '../../build/failures.mjs'

test('says nothing where every test passed at once', () => {
  expect(unsteadyLines([])).toEqual([])
})

test('names each test, and the beginning of why it failed', () => {
  const lines = unsteadyLines([
    { file: 'a.test.ts', name: 'reads > by pages', why: 'expected 1 to be 2\nat line 3' },
    { file: 'b.test.ts', name: 'writes', why: '' },
  ])
  expect(lines.slice(1, -1)).toEqual([
    'PASSED ONLY WHEN TRIED AGAIN:',
    '  a.test.ts > reads > by pages',
    '    expected 1 to be 2',
    '    at line 3',
    '  b.test.ts > writes',
    '    no reason',
  ])
})

test('keeps the seed and the counter-example of a property, and not all of a long one', () => {
  const why = ['Property failed after 1 tests', '{ seed: 7 }', '', `Counterexample: ${'x'.repeat(400)}`]
  const [, , , first, seed, counter, ...rest] = unsteadyLines([
    { file: 'a.test.ts', name: 'a', why: [...why, ...Array.from({ length: 90 }, () => 'more')].join('\n') },
  ])
  expect([first, seed]).toEqual(['    Property failed after 1 tests', '    { seed: 7 }'])
  expect(counter).toHaveLength(304)
  expect(rest.slice(0, -1)).toHaveLength(27)
})

test('names what failed, a file that could not be read and an error outside every file as well', () => {
  expect(failedLines([])).toEqual([])
  const lines = failedLines([
    { file: 'a.test.ts', name: 'reads', why: 'expected 1 to be 2' },
    { file: 'b.test.ts', name: '', why: 'Unexpected token' },
    { file: '', name: '', why: 'nobody waits for this' },
  ])
  expect(lines.slice(1, -1)).toEqual([
    'FAILED:',
    '  a.test.ts > reads',
    '    expected 1 to be 2',
    '  b.test.ts',
    '    Unexpected token',
    '  outside every file',
    '    nobody waits for this',
  ])
})

test('of very many tells the first with why, then names, then how many more', () => {
  const failures = Array.from({ length: 60 }, (_, n) => ({ file: `${n}.test.ts`, name: 'a', why: 'b' }))
  const lines = failedLines(failures).slice(2, -1)
  expect(lines).toHaveLength(10 * 2 + 30 + 1)
  expect(lines.at(-1)).toBe('  and 20 more')
})
