import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestSpecification, Vitest } from 'vitest/node'
import { expect, test } from 'vitest'
import { LongestFirst, LONGEST } from '../../build/longest-first.mjs'

const ROOT = join(import.meta.dirname, '../..')
const [longest = '', second = ''] = LONGEST

/** Sorted by a vitest that knows the sizes of files, and no times, as in a clean clone. */
async function sorted(files: readonly { readonly name: string; readonly order: number; readonly size: number }[]) {
  const sizes = new Map(files.map(({ name, size }) => [`p:test/${name}.test.ts`, { size }]))
  const cache = { getFileTestResults: () => undefined, getFileStats: (key: string) => sizes.get(key) }
  const sequencer = new LongestFirst({ config: { root: '/r' }, cache } as unknown as Vitest)
  const specs = files.map(({ name, order }) => ({
    moduleId: `/r/test/${name}.test.ts`,
    project: { name: 'p', config: { isolate: false, sequence: { groupOrder: order } } },
  }))
  const inTurn = await sequencer.sort(specs as unknown as TestSpecification[])
  return inTurn.map(({ moduleId }) => moduleId.slice('/r/test/'.length, -'.test.ts'.length))
}

test('of each order the longest begin first, and the others by their size', async () => {
  const files = [
    { name: 'small', order: 1, size: 1 },
    { name: second, order: 1, size: 2 },
    { name: 'large', order: 1, size: 9 },
    { name: longest, order: 1, size: 1 },
    { name: 'before', order: 0, size: 1 },
  ]
  expect(await sorted(files)).toEqual(['before', longest, second, 'large', 'small'])
})

test.each(LONGEST)('%s is there', (name) => {
  expect(existsSync(join(ROOT, 'test', `${name}.test.ts`))).toBe(true)
})
