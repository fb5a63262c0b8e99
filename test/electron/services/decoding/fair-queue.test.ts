import { expect, test } from 'vitest'
import { createFairQueue } from '../../../../electron/services/decoding/fair-queue'

const LIMITS = { things: 3, bytes: 100, lanes: 2, allBytes: 1_000 }
const small = { bytes: 1, first: false }

function all(queue: { shift(): string | undefined }): (string | undefined)[] {
  const taken: (string | undefined)[] = []
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) taken.push(next)
  return taken
}

test('lanes take turns, and what is looked at comes first in its own', () => {
  const queue = createFairQueue<string>(LIMITS)
  for (const thing of ['a1', 'a2', 'a3']) queue.push('a', thing, small)
  queue.push('b', 'b1', small)
  queue.push('b', 'b0', { bytes: 1, first: true })
  expect(all(queue)).toEqual(['a1', 'b0', 'a2', 'b1', 'a3'])
})

test('a lane holds so many things and bytes, and there are so many lanes', () => {
  const queue = createFairQueue<string>(LIMITS)
  // One alone may be large.
  expect(queue.push('a', 'a1', { bytes: 500, first: false })).toBe(true)
  expect(queue.push('a', 'a2', small)).toBe(false)
  expect(queue.push('b', 'b1', { bytes: 600, first: false })).toBe(false)
  for (const thing of ['b1', 'b2', 'b3']) expect(queue.push('b', thing, small)).toBe(true)
  expect(queue.push('b', 'b4', small)).toBe(false)
  expect(queue.push('c', 'c1', small)).toBe(false)
  expect(all(queue)).toEqual(['a1', 'b1', 'b2', 'b3'])
  expect(queue.push('c', 'c1', small)).toBe(true)
})

test('what is no longer waited for takes no turn and no room', () => {
  const queue = createFairQueue<string>(LIMITS)
  for (const thing of ['a1', 'a2', 'a3']) queue.push('a', thing, small)
  expect(queue.remove('a', 'a2')).toBe(true)
  expect(queue.remove('a', 'a2')).toBe(false)
  expect(queue.push('a', 'a4', small)).toBe(true)
  expect(all(queue)).toEqual(['a1', 'a3', 'a4'])
  expect(queue.remove('a', 'a1')).toBe(false)
})
