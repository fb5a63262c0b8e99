import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { wasMoved, watchMove } from '../../../../electron/services/group-change/was-moved'
import { AppError } from '../../../../shared/error'

const id = (n: number): string => `${n}-0`
const place = fc.nat(12)

/** A group that stands at `from`: its readers go on by so many entries before and after the moment in which it is set, or not. */
const history = fc.record({ from: place, to: place, isSet: fc.boolean(), before: fc.nat(8), after: fc.nat(8) })

test('where the clock can’t be asked for, nobody is taken for quiet', async () => {
  const refused = new AppError('REDIS', { prefix: 'NOPERM', reply: 'NOPERM', command: 'TIME' })
  const group = ['name', 'billing', 'consumers', 1, 'pending', 0, 'last-delivered-id', id(9)]
  const told = [group.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))]
  const reader: Reader = {
    call: (command) => (command === 'TIME' ? Promise.reject(refused) : Promise.resolve(told)),
    pipeline: () => Promise.reject(new Error('not asked')),
  }
  const source = { reader, key: Buffer.from('orders'), group: Buffer.from('billing') }
  const wasSet = await watchMove(source, { from: id(5), to: id(9) })
  expect(await wasSet()).toBeNull()
})

describe('whether a group’s id was set', () => {
  test('is never told wrong, whatever its readers did', () => {
    fc.assert(
      fc.property(history, ({ from, to, isSet, before, after }) => {
        const stands = (isSet ? to : from + before) + after
        const told = wasMoved(id(stands), { from: id(from), to: id(to) }, before + after === 0)
        if (from !== to && told !== null) expect(told).toBe(isSet)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['set on, and nobody reads', 5, 9, 9, true, true],
    ['not set, and nobody reads', 5, 9, 5, true, false],
    ['somebody else set it', 5, 9, 7, true, null],
    ['it reads on from where it stood', 5, 9, 7, false, false],
    ['it has read to there, or was set', 5, 9, 9, false, null],
    ['it has read past both', 5, 9, 10, false, null],
    ['set back, and reads on from there', 9, 5, 6, false, true],
    ['set back, and has read to where it stood; or was not', 9, 5, 9, false, null],
    ['set back further, by others', 9, 5, 4, false, null],
  ] as const)('%s', (_what, from, to, stands, isQuiet, told) => {
    expect(wasMoved(id(stands), { from: id(from), to: id(to) }, isQuiet)).toBe(told)
  })
})
