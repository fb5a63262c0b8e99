import { describe, expect, it, test, vi } from 'vitest'
import type { RawEntry } from '../../../../electron/redis/xrange'
import { createTimeSlice } from '../../../../electron/services/lib/time-slice'
import { rowView } from '../../../../electron/services/inspection/entry-paths'

const PAD = 'x'.repeat(600)
const LONG = `{"pad":"${PAD}","id":9007199254740993,"n":1.50,"who":{"name":"Zoë","big":12345678901234567890},"no":null,"text":"${'é'.repeat(300)}"}`
const view = (paths: readonly string[], fields: readonly string[], rest?: Partial<RawEntry>) =>
  rowView(paths)({ id: '1-0', fields: fields.map((part) => Buffer.from(part)), ...rest }, createTimeSlice(undefined))
const told = async (paths: readonly string[], ...fields: readonly string[]) => (await view(paths, fields)).told

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
  ])('%s is %s', async (path, text, cut) => {
    expect(await told([path], 'p', LONG, 'other', '1')).toEqual([
      { path, text, cut, ...(text === null ? {} : { field: 'p' }) },
    ])
  })

  it('is told of each path that is asked for', async () => {
    expect(await told(['p.id', 'p.n', 'q.id'], 'p', LONG)).toMatchObject([{ path: 'p.id' }, { path: 'p.n' }])
  })

  it('does not end within a character', async () => {
    const text = `${'y'.repeat(199)}😀!`
    expect(await told(['p.t'], 'p', JSON.stringify({ pad: PAD, t: text }))).toEqual([
      { path: 'p.t', text: 'y'.repeat(199), cut: true, field: 'p' },
    ])
  })

  it('is that of a field beyond those of a list', async () => {
    const others = Array.from({ length: 50 }, (_, at) => [`f${at}`, '1']).flat()
    expect(await told(['p.a'], ...others, 'p', '{"a":"b"}')).toEqual([
      { path: 'p.a', text: 'b', cut: false, field: 'p' },
    ])
  })
})

describe('nothing is told', () => {
  it('of what the list holds whole, and of fields that are called like the path', async () => {
    expect(await told(['p.a'], 'p', '{"a":1}', 'q', LONG)).toBeUndefined()
    expect(await told(['p.id'], 'p.id', '1', 'p', LONG)).toBeUndefined()
    expect(await told([], 'p', LONG)).toBeUndefined()
  })

  it('of what nobody read: a value beyond a MiB, and an entry that was cut', async () => {
    expect(await told(['p.id'], 'p', `{"id":1,"pad":"${'x'.repeat(1024 * 1024)}"}`)).toBeUndefined()
    const cut = { moreFields: 1, bytes: 9_000_000 }
    expect((await view(['p.no-such'], ['p', LONG], { cut })).told).toBeUndefined()
  })
})

it('hostile JSON is looked at within its bounds', async () => {
  const deep = '['.repeat(200_000)
  expect(await told(['p[0][0]'], 'p', deep)).toEqual([{ path: 'p[0][0]', text: null, cut: false }])
  expect(await told(['p.__proto__.polluted', 'p.constructor'], 'p', LONG)).toMatchObject([
    { text: null },
    { text: null },
  ])
})

describe('of a large value with many columns', () => {
  const names = Array.from({ length: 40 }, (_, at) => `n${at}`)
  const wide = `{${names.map((name, at) => `"${name}":${at}.50`).join()},"in":${JSON.stringify(JSON.stringify({ n: 1.5, m: 2.5 }))},"pad":"${PAD}"}`
  const paths = [...names.map((name) => `p.${name}`), 'p.in.n', 'p.in.m']

  it('its JSON, and that within it, is parsed once each, as it is and without loss', async () => {
    const parse = vi.spyOn(JSON, 'parse')
    expect(await told(paths, 'p', wide)).toHaveLength(42)
    // Without loss it is read string by string.
    for (const once of [wide, '{"n":1.5,"m":2.5}', `"${PAD}"`, '"m"']) {
      expect([once, parse.mock.calls.filter(([text]) => text === once).length]).toEqual([once, 1])
    }
    parse.mockRestore()
  })

  it('it rests between them', async () => {
    const rest = vi.fn(() => Promise.resolve())
    await rowView(paths)(
      { id: '1-0', fields: ['p', wide].map((part) => Buffer.from(part)) },
      { begin: () => undefined, isOver: () => true, rest },
    )
    expect(rest).toHaveBeenCalledTimes(42)
  })
})
