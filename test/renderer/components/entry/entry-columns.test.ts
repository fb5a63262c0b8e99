import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import type { Entry } from '../../../../shared/model/entry'
import { extendColumns, fieldsOf, MAX_COLUMNS, otherFields } from '../../../../renderer/components/entry/entry-columns'

function entryOf(...names: readonly Bytes[]): Entry {
  return {
    id: '1-1',
    size: 1,
    moreFields: 0,
    fields: names.map((name, index) => ({ name, value: `v${index}`, size: 2, cut: false })),
  }
}

describe('extendColumns', () => {
  it('takes names in the order they first appear', () => {
    const columns = extendColumns([], [entryOf('b', 'a'), entryOf('c', 'a')])
    expect(columns.map(({ name }) => name)).toEqual(['b', 'a', 'c'])
  })

  it('never moves a column that is there', () => {
    const columns = extendColumns([], [entryOf('a', 'b')])
    expect(extendColumns(columns, [entryOf('b', 'z', 'a')]).map(({ name }) => name)).toEqual(['a', 'b', 'z'])
    expect(extendColumns(columns, [entryOf('b')])).toBe(columns)
  })

  it('tells a text from the same bytes that are no text', () => {
    expect(extendColumns([], [entryOf('//4=', { base64: '//4=' })])).toHaveLength(2)
  })

  it('is bounded', () => {
    const names = Array.from({ length: 40 }, (_, index) => `f${index}`)
    expect(extendColumns([], [entryOf(...names)])).toHaveLength(MAX_COLUMNS)
  })
})

it('keeps every value of a name that repeats', () => {
  const entry = entryOf('a', 'b', 'a')
  const [column] = extendColumns([], [entry])
  expect(fieldsOf(entry, column!.name).map(({ value }) => value)).toEqual(['v0', 'v2'])
})

it('counts what no column shows', () => {
  const columns = extendColumns([], [entryOf('a')])
  const other = otherFields({ ...entryOf('a', 'b', 'c'), moreFields: 3 }, columns)
  expect(other.fields.map(({ name }) => name)).toEqual(['b', 'c'])
  expect(other.more).toBe(3)
})
