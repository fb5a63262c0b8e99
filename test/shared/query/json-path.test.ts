import { describe, expect, it, test } from 'vitest'
import { createJsonReader, jsonPathsOf, MISSING, nodeAt, textAt, wholePart } from '../../../shared/query/json-path'

const ORDER = '{"id":9007199254740993,"items":[{"sku":"A\\", x }"},{"n":2}],"in":"{\\"deep\\":[1.50]}","end":null}'

describe('a path', () => {
  it('is read in each way a field’s own name may have points in it', () => {
    expect(jsonPathsOf('a.b[0].c')).toEqual([
      { field: 'a.b[0]', steps: ['c'] },
      { field: 'a.b', steps: ['0', 'c'] },
      { field: 'a', steps: ['b', '0', 'c'] },
    ])
    expect(jsonPathsOf('$.id')).toEqual([{ field: null, steps: ['id'] }])
    expect(jsonPathsOf('plain')).toEqual([])
  })

  test.each([
    [['id'], '9007199254740993'],
    [['items', '0', 'sku'], 'A", x }'],
    [['in', 'deep', '0'], '1.50'],
    [['end'], 'null'],
  ])('%j leads to the same, told for a search and for a screen', (steps, text) => {
    expect(textAt(ORDER, steps)).toBe(text)
    const node = nodeAt(ORDER, steps)
    expect(node && 'text' in node ? node.text : null).toBe(text)
  })

  it('leads to the same where several are gone', () => {
    const reader = createJsonReader()
    for (const steps of [['id'], ['in', 'deep', '0'], ['no'], ['id'], ['in', 'deep', '0'], ['items']]) {
      expect(textAt(ORDER, steps, reader)).toEqual(textAt(ORDER, steps))
      expect(nodeAt(ORDER, steps, reader)).toEqual(nodeAt(ORDER, steps))
    }
    const trees = [0, 1].map(() => reader.exact(ORDER))
    expect(trees[0]).toBe(trees[1])
    expect(reader.exact('{')).toBeNull()
  })

  it('leads nowhere', () => {
    expect(textAt(ORDER, ['no'])).toBe(MISSING)
    expect(nodeAt(ORDER, ['no'])).toBeNull()
    expect(nodeAt(ORDER, ['items', 'length'])).toBeNull()
    expect(nodeAt('{"a"', ['a'])).toBeNull()
  })
})

describe('the beginning of a JSON text', () => {
  it('holds, wherever it ends, nothing that the whole does not', () => {
    const whole = JSON.parse(ORDER)
    const paths = [['id'], ['items', '0', 'sku'], ['items', '1', 'n'], ['in', 'deep', '0'], ['end']]
    const met = new Set<string>()
    for (let end = 0; end < ORDER.length; end += 1) {
      const part = wholePart(ORDER.slice(0, end))
      if (part === null) continue
      expect(typeof JSON.parse(part)).toBe(typeof whole)
      for (const steps of paths) {
        const text = textAt(part, steps)
        if (text === MISSING) continue
        met.add(steps.join())
        expect([end, text]).toEqual([end, textAt(ORDER, steps)])
      }
    }
    // All but the very last, behind which nothing tells that it is there whole.
    expect(met.size).toBe(paths.length - 1)
  })

  it('may hold nothing that is whole', () => {
    for (const text of ['', '{', '{"a":12', '{"a":"b', '"abc']) expect(wholePart(text)).toBeNull()
  })
})
