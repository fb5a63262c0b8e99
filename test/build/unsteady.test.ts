import { expect, test } from 'vitest'
import { unsteadyLines } from '../../build/unsteady.mjs'

test('says nothing where every test passed at once', () => {
  expect(unsteadyLines([])).toEqual([])
})

test('names each test, and the first line of why it failed', () => {
  const lines = unsteadyLines([
    { file: 'a.test.ts', name: 'reads > by pages', why: 'expected 1 to be 2\nat line 3' },
    { file: 'b.test.ts', name: 'writes', why: '' },
  ])
  expect(lines.slice(1, -1)).toEqual([
    'PASSED ONLY WHEN TRIED AGAIN:',
    '  a.test.ts > reads > by pages',
    '    expected 1 to be 2',
    '  b.test.ts > writes',
    '    no reason',
  ])
})
