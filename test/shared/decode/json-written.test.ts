import { describe, expect, it } from 'vitest'
import { decode, plain } from './kit'

describe('JSON as programs write it', () => {
  it('lines of it are a list', () => {
    const { root, chain, fault } = decode('{"a":1}\n{"b":[2]}\r\n\n{"c":3}\n')
    expect({ chain, fault, note: root?.note }).toEqual({ chain: ['json'], fault: null, note: 'JSON Lines' })
    expect(plain(root)).toEqual([{ a: 1 }, { b: [2] }, { c: 3 }])
  })

  it('lines of which one is broken say where', () => {
    expect(decode('{"a":1}\n{"b":2').fault).toMatchObject({ code: 'broken', line: 2, column: 7 })
    expect(decode('{"a":1} {"b":2}').fault).toMatchObject({ code: 'broken', line: 1, column: 9 })
  })

  it('what is no number there is shown, and that it is no JSON', () => {
    expect(decode('{"a":NaN,"b":[-Infinity]}').root).toMatchObject({
      members: [
        { value: { kind: 'number', text: 'NaN', note: '≠ JSON' } },
        { value: { items: [{ text: '-Infinity', note: '≠ JSON' }] } },
      ],
    })
  })
})
