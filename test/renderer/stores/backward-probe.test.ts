import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { readBackward, type ReadForward } from '../../../renderer/stores/backward-probe'
import { idToNumber, numberToId } from '../../../renderer/stores/id-arithmetic'
import type { Row } from '../../../renderer/stores/list-window'

function forwardOver(ids: readonly EntryId[]): { read: ReadForward<Row>; calls: () => number } {
  let calls = 0
  return {
    calls: () => calls,
    read: ({ from, after, count }) => {
      calls += 1
      const begin = ids.findIndex((id) => compareIds(id, from ?? after ?? '0-0') >= (after === undefined ? 0 : 1))
      const rows = begin < 0 ? [] : ids.slice(begin, begin + count).map((id) => ({ id }))
      const more = begin >= 0 && begin + count < ids.length
      return Promise.resolve({ rows, next: more ? (rows.at(-1)?.id ?? null) : null })
    },
  }
}

const signal = new AbortController().signal

async function walkBack(ids: readonly EntryId[], start: EntryId, count: number, span: bigint): Promise<EntryId[]> {
  const { read } = forwardOver(ids)
  const seen: EntryId[] = []
  let before = start
  for (;;) {
    const page = await readBackward(read, { before, count, span }, signal)
    seen.unshift(...page.rows.map(({ id }) => id))
    const first = page.rows[0]
    if (page.next === null || !first) return seen
    before = first.id
  }
}

const idArbitrary = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 2000 })).map(([ms, seq]) => `${ms}-${seq}`),
  fc
    .tuple(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }))
    .map(([ms, seq]) => `${ms}-${seq}`),
)

describe('readBackward', () => {
  it('sees every row once, whatever the gaps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(idArbitrary, { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 1, max: 40 }),
        fc.bigInt({ min: 0n, max: 1n << 80n }),
        fc.nat(),
        async (unsorted, count, span, pick) => {
          const ids = unsorted.sort(compareIds)
          const at = pick % (ids.length + 1)
          const before = ids[at] ?? numberToId(idToNumber(ids.at(-1) ?? '0-0') + 1n)
          fc.pre(at < ids.length || before !== ids.at(-1))
          expect(await walkBack(ids, before, count, span)).toEqual(ids.slice(0, at))
        },
      ),
    )
  })

  it('goes through 1 200 rows of one millisecond', async () => {
    const ids = Array.from({ length: 1_200 }, (_, seq) => `1620973121009-${seq}`)
    expect(await walkBack(ids, '1620973121009-1199', 200, 200n)).toEqual(ids.slice(0, -1))
  })

  it('needs few readings where rows are spread evenly', async () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `${1_620_973_121_009 + index * 1000}-0`)
    const { read, calls } = forwardOver(ids)
    const page = await readBackward(read, { before: ids[5_000]!, count: 200, span: (200n * 1000n) << 64n }, signal)
    expect(page.rows).toHaveLength(200)
    expect(calls()).toBeLessThanOrEqual(2)
  })
})

it('ids survive arithmetic', () => {
  fc.assert(fc.property(idArbitrary, (id) => numberToId(idToNumber(id)) === id))
  expect(numberToId(-1n)).toBe('0-0')
})
