import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import { words } from '../../../../shared/words/words'
import type { Entry, Field } from '../../../../shared/model/entry'
import { fieldColumn } from '../../../../renderer/utils/column-id'
import { lookAt, type Look } from '../../../../renderer/components/entry/entry-look'

type Pair = readonly [name: Bytes, value: Bytes, cut?: boolean]

const entryOf = (pairs: readonly Pair[], moreFields = 0): Entry => ({
  ...{ id: '1-0', size: 1, moreFields },
  fields: pairs.map(([name, value, cut = false]): Field => ({ name, value, size: 1, cut })),
})
const look = (name: Bytes, pairs: readonly Pair[], moreFields = 0): Look =>
  lookAt(entryOf(pairs, moreFields), fieldColumn(name), name)
const said = (one: Look): string => (one.kind === 'missing' ? words.columns.missing(one.missing) : one.kind)

const ORDER = '{"order":{"id":4711,"sku":"A"},"tags":["x","y"]}'

describe('what an entry has under a name', () => {
  it('is its fields, all where the name repeats', () => {
    expect(
      look('a', [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ]),
    ).toMatchObject({
      fields: [{ value: '1' }, { value: '3' }],
    })
  })
  it('is a field whose name is no text', () => {
    const name = { base64: '//4=' }
    expect(
      look(name, [
        ['//4=', 'other'],
        [name, 'this'],
      ]),
    ).toMatchObject({ fields: [{ value: 'this' }] })
  })
  it('is what lies at a path, where no field is called like that', () => {
    expect(look('p.order.id', [['p', ORDER]])).toMatchObject({ node: { kind: 'number', text: '4711' }, isPart: false })
    expect(
      look('p.order.id', [
        ['p', ORDER],
        ['p.order.id', 'field'],
      ]),
    ).toMatchObject({ kind: 'fields' })
    expect(
      look('$.tags[1]', [
        ['x', '1'],
        ['p', ORDER],
      ]),
    ).toMatchObject({ node: { text: 'y' } })
    expect(look('p.order', [['p', ORDER]])).toMatchObject({ node: { kind: 'object' }, isPart: false })
  })
  it('is, of a value that is cut, what is there whole', () => {
    const cut = ORDER.slice(0, 30)
    expect(look('p.order.id', [['p', cut, true]])).toMatchObject({ node: { text: '4711' }, isPart: false })
    expect(look('p.order', [['p', cut, true]])).toMatchObject({ node: { kind: 'object' }, isPart: true })
  })
})

it('is what the host tells of a value that the list does not hold whole', () => {
  const entry = { ...entryOf([['p', ORDER.slice(0, 30), true]]), told: [{ path: 'p.x', text: 'far', cut: true }] }
  expect(lookAt(entry, fieldColumn('p.x'), 'p.x')).toEqual({ kind: 'told', text: 'far', isPart: true })
  const none = { ...entry, told: [{ path: 'p.x', text: null, cut: false }] }
  expect(said(lookAt(none, fieldColumn('p.x'), 'p.x'))).toBe('The JSON of p has nothing there')
})

describe('why there is none', () => {
  it.each<[string, readonly Pair[], number, string]>([
    ['a', [['b', '1']], 0, 'This entry has no field a'],
    ['p.order.id', [['b', '1']], 0, 'This entry has no field p'],
    ['p.order.id', [['p', 'plain']], 0, 'p is no JSON here'],
    ['p.order.id', [['p', '{"order":']], 0, 'p is no JSON here'],
    ['p.order.id', [['p', { base64: '//4=' }]], 0, 'p is no JSON here'],
    ['p.order.no', [['p', ORDER]], 0, 'The JSON of p has nothing there'],
    [
      'p.order.no',
      [['p', ORDER.slice(0, 30), true]],
      0,
      'Not in the beginning of p, and no more of it is read for the list: open the entry',
    ],
    ['a', [['b', '1']], 3, 'It may be among the 3 fields that are not read for the list: open the entry'],
    ['a\u202eb', [], 0, 'This entry has no field a\\u{202e}b'],
  ])('%s in %j and %i more: %s', (name, pairs, more, text) => {
    expect(said(look(name, pairs, more))).toBe(text)
  })
})
