import { expect, test } from 'vitest'
import { suspectedOf } from '../../../shared/judgement/suspects'

const death = (consumer: string, ids: readonly number[] | null) => ({
  consumer,
  entries: ids?.map((id) => ({ id: `${id}-0`, deliveries: 1 })) ?? null,
})
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
  ['it is not known what one held', [death('a', [1]), death('b', null)], []],
] as const)('%s', (_what, deaths, expected) => {
  expect(suspectedOf(deaths).map(({ id, consumers }) => [Number(id.split('-')[0]), ...consumers])).toEqual(expected)
})
