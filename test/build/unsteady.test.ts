import { expect, test } from 'vitest'
import { unsteadyLines } from '../../build/unsteady.mjs'

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
