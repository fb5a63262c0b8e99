import { describe, expect, it, test } from 'vitest'
import { rowView } from '../../../../electron/services/inspection/entry-paths'

const PAD = 'x'.repeat(600)
const LONG = `{"pad":"${PAD}","id":9007199254740993,"n":1.50,"who":{"name":"Zoë","big":12345678901234567890},"no":null,"text":"${'é'.repeat(300)}"}`
const told = (paths: readonly string[], ...fields: readonly string[]) =>
  rowView(paths)({ id: '1-0', fields: fields.map((part) => Buffer.from(part)) }).told

describe('what lies at a path in a value that a list has cut', () => {
  test.each([
    ['p.id', '9007199254740993', false],
    ['p.n', '1.50', false],
    ['p.who.name', 'Zoë', false],
    ['p.who', '{"name":"Zoë","big":12345678901234567890}', false],
    ['p.no', 'null', false],
    ['$.who.name', 'Zoë', false],
    ['p.text', 'é'.repeat(200), true],
    ['p.nothing', null, false],
  ])('%s is %s', (path, text, cut) => {
    expect(told([path], 'p', LONG, 'other', '1')).toEqual([
      { path, text, cut, ...(text === null ? {} : { field: 'p' }) },
    ])
  })

  it('is told of each path that is asked for', () => {
    expect(told(['p.id', 'p.n', 'q.id'], 'p', LONG)).toMatchObject([{ path: 'p.id' }, { path: 'p.n' }])
  })

  it('does not end within a character', () => {
    const text = `${'y'.repeat(199)}😀!`
    expect(told(['p.t'], 'p', JSON.stringify({ pad: PAD, t: text }))).toEqual([
      { path: 'p.t', text: 'y'.repeat(199), cut: true, field: 'p' },
    ])
  })

  it('is that of a field beyond those of a list', () => {
    const others = Array.from({ length: 50 }, (_, at) => [`f${at}`, '1']).flat()
    expect(told(['p.a'], ...others, 'p', '{"a":"b"}')).toEqual([{ path: 'p.a', text: 'b', cut: false, field: 'p' }])
  })
})

describe('nothing is told', () => {
  it('of what the list holds whole, and of fields that are called like the path', () => {
    expect(told(['p.a'], 'p', '{"a":1}', 'q', LONG)).toBeUndefined()
    expect(told(['p.id'], 'p.id', '1', 'p', LONG)).toBeUndefined()
    expect(told([], 'p', LONG)).toBeUndefined()
  })

  it('of what nobody read: a value beyond a MiB, and an entry that was cut', () => {
    expect(told(['p.id'], 'p', `{"id":1,"pad":"${'x'.repeat(1024 * 1024)}"}`)).toBeUndefined()
    const cut = { moreFields: 1, bytes: 9_000_000 }
    expect(
      rowView(['p.no-such'])({ id: '1-0', fields: ['p', LONG].map((part) => Buffer.from(part)), cut }).told,
    ).toBeUndefined()
  })
})

it('hostile JSON is looked at within its bounds', () => {
  const deep = '['.repeat(200_000)
  expect(told(['p[0][0]'], 'p', deep)).toEqual([{ path: 'p[0][0]', text: null, cut: false }])
  expect(told(['p.__proto__.polluted', 'p.constructor'], 'p', LONG)).toMatchObject([{ text: null }, { text: null }])
})
