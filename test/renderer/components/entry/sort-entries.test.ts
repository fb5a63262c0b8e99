import { expect, it } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import type { Entry } from '../../../../shared/model/entry'
import { fieldColumn } from '../../../../renderer/utils/column-id'
import { sortEntries } from '../../../../renderer/components/entry/sort-entries'

const entryOf = (id: string, value?: Bytes): Entry => ({
  ...{ id, size: Number(id.split('-')[0]), moreFields: 0 },
  fields: value === undefined ? [] : [{ name: 'v', value, size: 1, cut: false }],
})
const sorted = (values: readonly (Bytes | undefined)[], direction: 'ascending' | 'descending', column = 'v') =>
  sortEntries(
    values.map((value, at) => entryOf(`${at + 1}-0`, value)),
    { column: column === 'size' ? 'size' : fieldColumn(column), direction },
  ).map(({ id }) => values[Number(id.split('-')[0]) - 1])

const MIXED = ['b10', undefined, '10', { base64: '/w==' }, '9.5', '-1', 'b9', '9007199254740993', '9007199254740992']

it('takes numbers as numbers, then texts, then bytes; what is not there comes last', () => {
  const order = ['-1', '9.5', '10', '9007199254740992', '9007199254740993', 'b9', 'b10', { base64: '/w==' }]
  expect(sorted(MIXED, 'ascending')).toEqual([...order, undefined])
  expect(sorted(MIXED, 'descending')).toEqual([...order.toReversed(), undefined])
})

it('leaves what is alike in its order', () => {
  const entries = ['3-0', '1-0', '2-0'].map((id) => entryOf(id, 'same'))
  for (const direction of ['ascending', 'descending'] as const) {
    const ids = sortEntries(entries, { column: fieldColumn('v'), direction }).map(({ id }) => id)
    expect(ids).toEqual(['3-0', '1-0', '2-0'])
  }
})

it('goes by what lies at a path, and by size', () => {
  const values = ['{"a":{"n":12}}', '{"a":{"n":3}}', 'none', '{"a":{"n":"x"}}']
  expect(sorted(values, 'ascending', 'v.a.n')).toEqual([values[1], values[0], values[3], values[2]])
  expect(sorted(['a', 'b', 'c'], 'descending', 'size')).toEqual(['c', 'b', 'a'])
})
