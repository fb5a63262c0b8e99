import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inWords, isInRange, leastOf } from '../../build/node-range.mjs'

test.each([
  ['18.19.0', false],
  ['20.18.3', false],
  ['20.19.0', true],
  ['20.20.2', true],
  ['21.7.3', false],
  ['22.11.0', false],
  ['22.12.0', true],
  ['23.0.0', true],
  ['100.0.0', true],
])('Node %s: %s', (version, is) => {
  expect(isInRange('^20.19 || >=22.12', version)).toBe(is)
})

test('the end of a number is not taken for its whole', () => {
  expect(isInRange('>=20.19', '2.19.0')).toBe(false)
  expect(isInRange('>=20.19', '20.2.0')).toBe(false)
})

test('what it can’t read it refuses, instead of calling any Node fit', () => {
  for (const range of ['20', '>20.19', '20.x', '>=20.19 <23', '~20.19', '']) {
    expect(() => isInRange(range, '20.19.0')).toThrow('engines')
  }
})

test('it reads what package.json says, and puts it in words', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } }
  expect(isInRange(engines.node, process.versions.node)).toBe(true)
  expect([inWords(engines.node), leastOf(engines.node)]).toEqual(['20.19, or 22.12 or newer', '20.19'])
})
