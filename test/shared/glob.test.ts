import { expect, it } from 'vitest'
import { matcher } from '../../shared/glob'

it.each([
  ['', 'anything', true],
  ['orders', 'orders', true],
  ['orders', 'order', false],
  ['orders*', 'orders', true],
  ['*:retry', 'app:billing:retry', true],
  ['*:retry', 'app:retry:x', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-b-c-', false],
  ['?', '🎉', true],
  ['??', '🎉', false],
  ['*', '', true],
  ['?', '', false],
  ['a.b', 'axb', false],
  ['x*', 'line\nbreak', false],
  ['*break', 'line\nbreak', true],
  ['[a]', 'a', false],
])('%s on %s: %s', (pattern, name, expected) => {
  expect(matcher(pattern)(name)).toBe(expected)
})

it('takes no time that grows by the power of its stars', () => {
  expect(matcher(`${'*a'.repeat(50)}*b`)('a'.repeat(20_000))).toBe(false)
})
