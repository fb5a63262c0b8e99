import { expect, test } from 'vitest'
import { lockProblems } from '../../build/lock-lint.mjs'

const integrity = 'sha512-x'
const addon = { optionalDependencies: { 'addon-linux': '1', 'addon-win32': '1' }, integrity }

test('a whole lock has no problems, wherever npm put the binaries', () => {
  const packages = {
    '': {},
    'node_modules/addon': addon,
    'node_modules/addon-linux': { integrity },
    'node_modules/addon/node_modules/addon-win32': { integrity },
    'node_modules/@scope/user/node_modules/addon': addon,
    'node_modules/@scope/user/node_modules/addon-win32': { integrity },
  }
  expect(lockProblems({ packages })).toEqual([])
})

test.each([
  [
    'a binary that npm left out',
    { 'node_modules/addon': addon, 'node_modules/addon-linux': { integrity } },
    /addon-win32 is missing/,
  ],
  [
    'a binary that only a neighbour has',
    {
      'node_modules/addon': addon,
      'node_modules/addon-linux': { integrity },
      'node_modules/other': { integrity },
      'node_modules/other/node_modules/addon-win32': { integrity },
    },
    /addon-win32 is missing; node_modules\/addon/,
  ],
  [
    'a download address',
    { 'node_modules/a': { integrity, resolved: 'https://mirror.invalid/a.tgz' } },
    /download address/,
  ],
  ['no checksum', { 'node_modules/a': {} }, /no checksum/],
])('%s is told', (_, packages, problem) => {
  expect(lockProblems({ packages })).toEqual([expect.stringMatching(problem)])
})
