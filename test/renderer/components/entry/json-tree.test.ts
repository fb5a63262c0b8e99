import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLines, openingDepth, previewJson } from '../../../../renderer/components/entry/json-lines'
import { parseJson } from '../../../../shared/decode/json'
import type { TreeNode } from '../../../../shared/decode/tree'

function toValue(node: TreeNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, toValue(value)]))
    case 'array':
      return node.items.map(toValue)
    case 'string':
      return node.text
    default:
      return JSON.parse(node.text) as unknown
  }
}

describe('parseJson', () => {
  it('keeps every digit of a number', () => {
    expect(parseJson('{"id":18446744073709551615,"price":1.10}')).toEqual({
      kind: 'object',
      members: [
        { key: 'id', value: { kind: 'number', text: '18446744073709551615' } },
        { key: 'price', value: { kind: 'number', text: '1.10' } },
      ],
    })
  })

  it('keeps the order of keys, and keys that repeat', () => {
    const tree = parseJson('{"b":1,"a":2,"b":3}')
    expect(tree?.kind === 'object' && tree.members.map(({ key }) => key)).toEqual(['b', 'a', 'b'])
  })

  it.each([
    '',
    '{',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '[01]',
    '[1 2]',
    '{"a" 1}',
    '["\n"]',
    '["\\x"]',
    '"open',
    '[Nan]',
    '{}x',
    '["\\"]',
  ])('refuses %j', (text) => {
    expect(parseJson(text)).toBeNull()
  })

  it('refuses what is nested past all sense, instead of running out of stack', () => {
    expect(parseJson('['.repeat(100_000))).toBeNull()
    expect(parseJson(`${'['.repeat(200)}${']'.repeat(200)}`)).not.toBeNull()
  })

  it('reads a string of a mebibyte', () => {
    const text = 'x\\n'.repeat(350_000)
    const tree = parseJson(`["${text}"]`)
    expect(tree?.kind === 'array' && tree.items[0]?.kind).toBe('string')
  })

  it('agrees with JSON.parse on any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space)
        const tree = parseJson(text)
        expect(tree && toValue(tree)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('agrees with JSON.parse on what is not JSON', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]",:\\01e.-tn ') }), (loose, tight) => {
        for (const text of [loose, tight]) {
          let valid = true
          try {
            JSON.parse(text)
          } catch {
            valid = false
          }
          expect(parseJson(text) !== null).toBe(valid)
        }
      }),
    )
  })
})

describe('jsonLines', () => {
  const tree = parseJson('{"a":{"b":[1,2]},"a":[],"c":null}')

  it('lists open nodes with their children, each under a path of its own', () => {
    const lines = jsonLines(tree!, () => 100)
    expect(lines.map(({ path, key, depth }) => [path, key, depth])).toEqual([
      ['', null, 0],
      ['/0', 'a', 1],
      ['/0/0', 'b', 2],
      ['/0/0/0', '0', 3],
      ['/0/0/1', '1', 3],
      ['/1', 'a', 1],
      ['/2', 'c', 1],
    ])
  })

  it('leaves out what is closed, and never opens what is empty', () => {
    const lines = jsonLines(tree!, (path) => (path === '' ? 100 : 0))
    expect(lines.map(({ path, children, listed }) => [path, children, listed])).toEqual([
      ['', 3, 3],
      ['/0', 1, 0],
      ['/1', 0, 0],
      ['/2', 0, 0],
    ])
  })

  it('opens as many levels at first as fit', () => {
    expect(openingDepth(tree!, 100, 100)).toBe(Number.POSITIVE_INFINITY)
    expect(openingDepth(tree!, 5, 100)).toBe(2)
    expect(openingDepth(parseJson(JSON.stringify(Array(500).fill(0)))!, 100, 500)).toBeGreaterThanOrEqual(1)
  })
})

describe('previewJson', () => {
  it.each([
    ['{"sku":"A0","big":9223372036854775808}', '{sku: "A0", big: 9223372036854775808}'],
    ['[1,[2,{"a":null}],true]', '[1, [2, {a: null}], true]'],
    ['{}', '{}'],
    ['["a\\u202eb"]', '["a\\u{202e}b"]'],
  ])('%s reads %s', (json, text) => {
    expect(previewJson(parseJson(json)!, 60)).toBe(text)
  })

  it('is short however long or deep the value is', () => {
    const wide = JSON.stringify(Array.from({ length: 10_000 }, (_, at) => `item ${at}`))
    const deep = `${'['.repeat(200)}${']'.repeat(200)}`
    const long = JSON.stringify({ text: 'x'.repeat(100_000) })
    for (const json of [wide, long]) expect(previewJson(parseJson(json)!, 48).length).toBeLessThan(80)
    expect(previewJson(parseJson(deep)!, 48).length).toBeLessThan(500)
  })
})
