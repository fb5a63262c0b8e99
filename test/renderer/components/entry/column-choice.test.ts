import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../../shared/model/entry'
import { chosenLayout, columnLines, isWidth, readColumnName } from '../../../../renderer/components/entry/column-choice'
import { PLAIN_LAYOUT } from '../../../../renderer/stores/entry-layouts'

const entries: readonly Entry[] = [
  {
    ...{ id: '1-0', size: 1, moreFields: 0 },
    fields: ['a', 'b', 'z'].map((name) => ({ name, value: '1', size: 1, cut: false })),
  },
]
const PLAIN = ['id', 'time', 'field:sa', 'field:sb', 'size']

describe('the lines', () => {
  it('begin with those that show, and offer the others there are', () => {
    const lines = columnLines(
      { columns: ['field:sb', 'id', 'field:sp.x'], widths: [{ column: 'id', px: 90 }] },
      PLAIN,
      entries,
    )
    expect(lines.map(({ id, isShown }) => [id, isShown])).toEqual([
      ...['field:sb', 'id', 'field:sp.x'].map((id) => [id, true]),
      ...['time', 'other', 'size', 'field:sa', 'field:sz'].map((id) => [id, false]),
    ])
    expect(lines.find(({ id }) => id === 'id')?.width).toBe('90')
  })

  it('are the columns that come by themselves until another is chosen', () => {
    const lines = columnLines(PLAIN_LAYOUT, PLAIN, entries)
    expect(chosenLayout(lines, PLAIN)).toEqual({ columns: null, widths: [] })
    const fewer = lines.map((line) => (line.id === 'time' ? { ...line, isShown: false } : line))
    expect(chosenLayout(fewer, PLAIN).columns).toEqual(['id', 'field:sa', 'field:sb', 'size'])
  })
})

it('a width is so many pixels, or none', () => {
  expect(['', ' ', '40', '1600'].every(isWidth)).toBe(true)
  expect(['39', '1601', '-5', '1e3', '12.5', 'x'].some(isWidth)).toBe(false)
})

describe('a name that is typed', () => {
  it.each([
    ['payload.order.id', 'payload.order.id'],
    [' a ', 'a'],
    ['"two words"', 'two words'],
    ['"\\xff\\xfe"', { base64: '//4=' }],
    ['a:b', 'a:b'],
  ])('%j is %j', (typed, name) => {
    expect(readColumnName(typed)).toEqual({ name })
  })
  it.each([
    ['', 'Type a name, or a path'],
    ['two words', 'One name or path at a time: quote what has blanks'],
    ['"open', 'This quote is never closed: add " (at character 1)'],
    ['x'.repeat(1_100), 'No more than 1 000 characters'],
  ])('%j is refused: %s', (typed, fault) => {
    expect(readColumnName(typed)).toEqual({ fault })
  })
})
