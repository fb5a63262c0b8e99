import { describe, expect, it } from 'vitest'
import { filterConnections, groupConnections, positionBeside } from '../../../renderer/utils/connection-groups'
import type { Connection } from '../../../shared/model/connection'
import { connection } from '../helpers/mount-view'

const one = (id: string, folder = '', more: Partial<Connection> = {}) => connection({ id, name: id, folder, ...more })
const LIST = [one('x', 'Shop'), one('a'), one('y', 'Mail'), one('b'), one('z', 'Shop')]

describe('connections by their folders', () => {
  it('those in none come first, the others as the first of each folder does', () => {
    const shown = groupConnections(LIST).map(({ folder, connections }) => [folder, connections.map(({ id }) => id)])
    expect(shown).toEqual([
      ['', ['a', 'b']],
      ['Shop', ['x', 'z']],
      ['Mail', ['y']],
    ])
    expect(groupConnections([])).toEqual([])
    expect(groupConnections([one('x', 'F')]).map(({ folder }) => folder)).toEqual(['F'])
  })

  it.each<[string, -1 | 1, ReturnType<typeof positionBeside>]>([
    ['a', -1, null],
    ['a', 1, { folder: '', before: null }],
    ['b', -1, { folder: '', before: 'a' }],
    ['b', 1, { folder: 'Shop', before: 'x' }],
    ['x', -1, { folder: '', before: null }],
    ['x', 1, { folder: 'Shop', before: null }],
    ['z', 1, { folder: 'Mail', before: 'y' }],
    ['y', -1, { folder: 'Shop', before: null }],
    ['y', 1, null],
    ['gone', 1, null],
  ])('%s one step by %i', (id, by, position) => {
    expect(positionBeside(groupConnections(LIST), id, by)).toEqual(position)
  })
})

describe('the filter', () => {
  const list = [
    one('Orders', 'Shop', { notes: 'ask Ada', environment: 'prod' }),
    one('Mail', '', { endpoint: { kind: 'tcp', host: 'mail.example', port: 7000 }, username: 'postman' }),
  ]
  it.each([
    ['', ['Orders', 'Mail']],
    ['  ', ['Orders', 'Mail']],
    ['ORD', ['Orders']],
    ['shop', ['Orders']],
    ['ada prod', ['Orders']],
    ['ada mail', []],
    ['mail.example 7000', ['Mail']],
    ['postman', ['Mail']],
    ['[.*', []],
  ])('%j', (typed, names) => {
    expect(filterConnections(list, typed).map(({ name }) => name)).toEqual(names)
  })
})
