import { expect, test } from 'vitest'
import { suspectedOf } from '../../../shared/judgement/suspects'

const death = (consumer: string, ids: readonly number[] | null) => ({
  consumer,
  entries: ids?.map((id) => ({ id: `${id}-0`, deliveries: 1 })) ?? null,
})
/** Given to it by a claim, all of it: it was delivered to others before. */
const claimed = (consumer: string, ids: readonly number[]) => ({
  consumer,
  entries: ids.map((id) => ({ id: `${id}-0`, deliveries: 2 })),
})
/** The same, and this it read itself. */
const reader = (consumer: string, ids: readonly number[], own: number) => {
  const { entries } = claimed(consumer, ids)
  return { consumer, entries: [...entries, { id: `${own}-0`, deliveries: 1 }] }
}
const some = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, at) => from + at)

test.each([
  ['nobody died', [], []],
  ['one died', [death('a', [1, 2])], []],
  ['two died, with nothing in common', [death('a', [1, 2]), death('b', [3])], []],
  ['two died with one of many', [death('a', some(1, 100)), death('b', [7, 200])], [[7, 'a', 'b']]],
  [
    'two died with three',
    [death('a', some(1, 10)), death('b', some(8, 10))],
    [
      [8, 'a', 'b'],
      [9, 'a', 'b'],
      [10, 'a', 'b'],
    ],
  ],
  ['two died with four: it may be any of them', [death('a', some(1, 10)), death('b', some(7, 10))], []],
  ['all that one held went to the next, and it died as well', [death('a', some(1, 50)), death('b', some(1, 50))], []],
  [
    'all of it went on, and one was in a third death',
    [death('a', some(1, 50)), death('b', some(1, 50)), death('c', [50, 51])],
    [[50, 'a', 'b', 'c']],
  ],
  ['a sweeper is long at what it took over', [claimed('sweeper', [2]), death('a', [1, 2])], []],
  ['what two held is parked under a name', [claimed('parked', [1, 2, 3]), death('b', [3]), death('a', [1, 2])], []],
  ['whoever took it over reads for itself', [reader('b', [2], 9), death('a', [1, 2])], [[2, 'b', 'a']]],
  [
    'two that read took it over, and then a sweeper',
    [claimed('sweeper', [2]), reader('c', [2], 12), reader('b', [2], 9), claimed('a', [1, 2])],
    [[2, 'c', 'b', 'a']],
  ],
  ['it is not known what one held', [death('a', [1]), death('b', null)], []],
] as const)('%s', (_what, deaths, expected) => {
  expect(suspectedOf(deaths).map(({ id, consumers }) => [Number(id.split('-')[0]), ...consumers])).toEqual(expected)
})
