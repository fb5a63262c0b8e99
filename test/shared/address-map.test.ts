import { describe, expect, it } from 'vitest'
import { addressMapText, parseAddressMap, reachedAt } from '../../shared/address-map'

const pair = (from: [string, number], to: [string, number]) => ({
  from: { host: from[0], port: from[1] },
  to: { host: to[0], port: to[1] },
})

describe('an address map', () => {
  it.each([
    ['', []],
    ['  \n \n', []],
    ['10.0.0.4:6379 -> localhost:7001', [pair(['10.0.0.4', 6379], ['localhost', 7001])]],
    ['a:1=b:2\r\n\r\n[fe80::1]:1 → [::1]:2', [pair(['a', 1], ['b', 2]), pair(['fe80::1', 1], ['::1', 2])]],
    ['a:1 => a:2\na:2 => a:1', [pair(['a', 1], ['a', 2]), pair(['a', 2], ['a', 1])]],
  ])('%j', (text, map) => {
    expect(parseAddressMap(text)).toEqual(map)
    expect(parseAddressMap(addressMapText(map))).toEqual(map)
  })

  it.each([
    'a:1',
    'a:1 ->',
    '-> b:2',
    'a -> b:2',
    'a:1 -> b',
    'a:1 -> b:2 -> c:3',
    'a:0 -> b:1',
    'a:1 b:2 -> c:3',
    'a:1 -> b:2\nA:1 -> c:3',
  ])('%j is none', (text) => {
    expect(parseAddressMap(text)).toBeNull()
  })

  it('is looked up once, by host and port, however the host is written', () => {
    const map = [pair(['A.internal', 1], ['b', 2]), pair(['b', 2], ['c', 3])]
    expect(reachedAt({ host: 'a.INTERNAL', port: 1 }, map)).toEqual({ host: 'b', port: 2 })
    expect(reachedAt({ host: 'a.internal', port: 2 }, map)).toEqual({ host: 'a.internal', port: 2 })
    expect(reachedAt({ host: 'x', port: 1 }, undefined)).toEqual({ host: 'x', port: 1 })
  })
})
