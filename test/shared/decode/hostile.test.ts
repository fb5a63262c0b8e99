import { describe, expect, it, test } from 'vitest'
import { PAGE_LIMITS } from '../../../shared/decode/budget'
import { decodeValue } from '../../../shared/decode/chain'
import { DECODER_IDS } from '../../../shared/decode/ids'
import { decodedValue } from '../../../shared/model/decoded'
import { bytesFrom, decode, textFrom } from './kit'

const MIB = 1024 * 1024

/** A container file of Avro of this schema, with nothing in it. */
function avroFile(schema: string): Uint8Array {
  const long = (value: number): number[] => {
    const bytes: number[] = []
    let left = value * 2
    for (; left > 127; left = Math.floor(left / 128)) bytes.push((left & 127) | 128)
    return [...bytes, left]
  }
  const [name, text] = [bytesFrom('avro.schema'), bytesFrom(schema)]
  return Uint8Array.from([
    ...[...bytesFrom('Obj\u0001'), ...long(1), ...long(name.length), ...name],
    ...[...long(text.length), ...text, 0, ...new Uint8Array(16)],
  ])
}

test('a megabyte of one sign is looked through once, whatever it is read as', () => {
  // Looked through once for each of its signs it would take minutes.
  for (const sign of ['=', ' ', 'A', '0', '\n', '"', '[', '\\', '\0']) {
    const bytes = bytesFrom(`${sign.repeat(MIB)}!`)
    for (const as of DECODER_IDS) {
      const { fault } = decodeValue(
        { bytes, as, name: null, tools: null, schema: null },
        { ...PAGE_LIMITS, ms: 20_000 },
      )
      expect(fault?.code, `${as} of ${sign}`).not.toBe('too-slow')
    }
  }
}, 60_000)

describe('megabytes are read as kilobytes are', () => {
  const text = `{"a":"${'x'.repeat(5 * MIB)}"}`
  it.each(['base64', 'hex'] as const)('%s', (id) => {
    const { chain, fault, root } = decode(Buffer.from(text).toString(id))
    expect({ chain, fault }).toEqual({ chain: [id, 'json'], fault: null })
    expect(root?.kind === 'object' && root.members[0]?.value).toEqual({ kind: 'string', text: 'x'.repeat(5 * MIB) })
  })
  it.each(['base64', 'hex'] as const)('%s that is none at its end', (id) => {
    expect(decode(`${Buffer.from(text).toString(id)}!`)).toMatchObject({ chain: [], fault: null })
    expect(decode(`${Buffer.from(text).toString(id)}!`, { as: id }).fault).toMatchObject({ code: 'broken', by: id })
  })
})

describe('a schema of Avro that is nested without end', () => {
  const nested = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
  it.each([`{"type":"record","name":"A","fields":${nested}}`, `{"type":"record","x":${nested}}`, `{"type":${nested}}`])(
    'is a fault of it (%#)',
    (schema) => {
      expect(decode(avroFile(schema)).fault).toMatchObject({ code: 'bad-schema', by: 'avro' })
      expect(decode('x', { as: 'avro', schema: { text: schema, message: null } }).fault).toMatchObject({
        code: 'bad-schema',
      })
    },
  )
})

test('texts within texts are no way around the limit of depth', () => {
  let text = '1'
  for (let layer = 0; layer < 8; layer += 1) text = `${'['.repeat(200)}${JSON.stringify(text)}${']'.repeat(200)}`
  const { root, chain, isCut, fault, last } = decode(text)
  expect({ chain, fault }).toEqual({ chain: ['json'], fault: null })
  // It is sent from thread to thread, and checked on its way.
  structuredClone(root)
  expect(decodedValue.safeParse({ root, chain, isCut, fault, last: null, size: last.length }).success).toBe(true)
})

test('what an attempt took, that came to nothing, is there for the next one', () => {
  // A map of MessagePack by its first byte, with lots of small numbers, and then none of it.
  const first = [0x8a, ...Array.from({ length: 20 }, () => 1)]
  const text = textFrom(Uint8Array.from(Array.from({ length: 40 }, () => 0x61)))
  const packed = Uint8Array.from([
    ...bytesFrom(JSON.stringify({ inner: [Buffer.from(first).toString('base64'), text] })),
  ])
  const { root, isCut } = decode(packed, {}, { nodes: 5 })
  expect(isCut).toBe(false)
  expect(root).toMatchObject({ members: [{ value: { items: [{ kind: 'string' }, { text }] } }] })
})
