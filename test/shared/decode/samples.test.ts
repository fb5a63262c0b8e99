import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bytesOf, decode, plain, samplesOf, textFrom } from './kit'

const python = samplesOf('python')
const php = samplesOf('php')
const java = samplesOf('java')

describe('what Python writes', () => {
  it.each(['lz4-frame', 'lz4-frame-linked', 'snappy-stream', 'snappy', 'lz4-block-sized', 'lz4-block'])(
    '%s is found out',
    (name) => {
      const { chain, root, fault } = decode(bytesOf(python, name))
      expect(fault).toBeNull()
      expect(chain).toEqual([name.split('-')[0], 'json'])
      expect(plain(root)).toMatchObject({ id: '#18446744073709551615', name: 'Zoë 订单', neg: '#-9223372036854775808' })
    },
  )

  it.each(['lz4-long', 'lz4-linked-long', 'snappy-long'])('%s is read to its end', (name) => {
    const { last } = decode(bytesOf(python, name))
    expect(last.length).toBe(python[name]?.length)
    expect(textFrom(last).endsWith('jack a dull boy. ')).toBe(true)
  })

  it.each(['gzip', 'zstd', 'zstd-stream'])('%s is known and left to the host', (name) => {
    expect(decode(bytesOf(python, name))).toMatchObject({ chain: [name.split('-')[0]], needsHost: 'yes', fault: null })
  })

  it.each(['brotli', 'deflate'])('%s, which no mark tells, is left to the host to find out', (name) => {
    expect(decode(bytesOf(python, name))).toMatchObject({ chain: [], needsHost: 'perhaps', fault: null })
  })

  it('MessagePack, every digit and key', () => {
    const { chain, root } = decode(bytesOf(python, 'msgpack'))
    expect(chain).toEqual(['msgpack'])
    expect(plain(root)).toEqual({
      ...{ id: '#18446744073709551615', neg: '#-9223372036854775808', f: '#1.1', t: true, n: null, s: 'Zoë' },
      small: [0, -1, -32, 127, 128, 255, 256, 65535, 65536, -128, -129, -32768, -32769],
      ...{ bin: 'bytes ff00', long: 'x'.repeat(300), 7: 'number key' },
    })
    expect(plain(decode(bytesOf(python, 'msgpack-float32')).root)).toEqual({ f: '#1.1' })
    expect(plain(decode(bytesOf(python, 'msgpack-time')).root)).toEqual(['time 2021-05-14T06:18:41.009000000Z'])
    expect(decode(bytesOf(python, 'msgpack-ext'), { as: 'msgpack' }).root).toMatchObject({
      items: [{ text: '616263', note: 'ext 5' }],
    })
  })

  it('CBOR, with its tags', () => {
    const { chain, root } = decode(bytesOf(python, 'cbor'))
    expect(chain).toEqual(['cbor'])
    expect(plain(root)).toMatchObject({
      ...{ id: '#18446744073709551615', neg: '#-9223372036854775808', big: `#${2n ** 70n}`, negbig: `#-${2n ** 70n}` },
      ...{ half: '#1.5', und: null, when: 'time 2021-05-14T06:18:41Z', dec: [-2, 110] },
    })
    expect(plain(decode(bytesOf(python, 'cbor-canonical')).root)).toEqual({ f: 100000, half: '#1.5' })
  })

  it.each([0, 1, 2, 3, 4, 5])('a pickle of protocol %i is listed', (protocol) => {
    const { root, fault } = decode(bytesOf(python, `pickle-${protocol}`), { as: 'pickle' })
    expect(fault).toBeNull()
    const notes = root?.kind === 'array' ? root.items.map((item) => item.note ?? ('text' in item ? item.text : '')) : []
    expect(notes.at(-1)).toBe('STOP')
    expect(notes).toContain('REDUCE')
    expect(JSON.stringify(root)).toContain(String(2n ** 70n))
  })

  it('a pickle that would run a command is listed, by itself', () => {
    const { chain, root } = decode(bytesOf(python, 'pickle-evil'))
    expect(chain).toEqual(['pickle'])
    expect(JSON.stringify(root)).toContain('touch /tmp/pickle-was-run')
  })

  it.each(['utf16le', 'utf16be', 'utf16-bom', 'gbk'])('%s is found out', (name) => {
    const { chain, last } = decode(bytesOf(python, name))
    expect(chain).toEqual([name.slice(0, 5)])
    expect(textFrom(last)).toBe(python[name]?.text)
  })

  it('Latin-1, by choice', () => {
    expect(textFrom(decode(bytesOf(python, 'latin1'), { as: 'latin1' }).last)).toBe('Zoë é')
  })

  it('JSON behind a byte order mark, and as hex', () => {
    expect(decode(bytesOf(python, 'utf8-bom'))).toMatchObject({ chain: ['json'], fault: null })
    expect(decode(bytesOf(python, 'hex-json'))).toMatchObject({ chain: ['hex', 'json'], fault: null })
  })

  it.each(['uuid-bytes', 'uuid-text'])('%s', (name) => {
    expect(plain(decode(bytesOf(python, name)).root)).toEqual({
      ...{ uuid: 'mark 6ba7b810-9dad-11d1-80b4-00c04fd430c8', version: 1, time: 'time 1998-02-04T22:13:53.151Z' },
    })
  })

  it('Protocol Buffers without a schema, by number', () => {
    const { chain, root } = decode(bytesOf(python, 'protobuf'))
    expect(chain).toEqual(['protobuf'])
    expect(root).toMatchObject({
      members: [
        { key: '1', value: { text: '18446744073709551615' } },
        { key: '2', value: { kind: 'string', text: 'Zoë' } },
        { key: '3', value: { kind: 'object', members: [{ value: { text: 'A0' } }, { value: { text: '3' } }] } },
        { key: '3' },
        { key: '4', value: { note: 'i64, double 1.1' } },
        { key: '5', value: { note: 'i32, float 0.1' } },
        ...[{ key: '6' }, { key: '7' }, { key: '8' }, { key: '9' }, { key: '10' }, { key: '11' }],
      ],
    })
  })

  it('Avro by its schema, alone and as a registry has it', () => {
    for (const [name, note] of [
      ['avro', 'shop.Order'],
      ['avro-registry', 'schema 42'],
    ] as const) {
      const schema = { text: python[name]?.schema ?? '', message: null }
      const { root, fault } = decode(bytesOf(python, name), { as: 'avro', schema })
      expect(fault).toBeNull()
      expect(root?.note).toBe(note)
      expect(plain(root)).toMatchObject({
        ...{ id: '#9007199254740993', name: 'Zoë', lines: [{ sku: 'A0', qty: -2 }], status: 'mark SHIPPED' },
        ...{ tags: { a: '#1.5' }, raw: 'bytes ff', at: 'time 2021-05-14T06:18:41.009Z', mark: 'bytes 6162' },
        parent: { id: '#9007199254740993', parent: null },
      })
    }
  })

  it.each(['null', 'snappy'])('a file of Avro, %s', (codec) => {
    const { chain, root } = decode(bytesOf(python, `avro-file-${codec}`))
    expect(chain).toEqual(['avro'])
    expect(plain(root)).toMatchObject([{ id: 0 }, { id: 1 }, { id: 2 }])
  })

  it('FastStream, headers and body', () => {
    const { chain, root } = decode(bytesOf(python, 'faststream'))
    expect(chain).toEqual(['faststream'])
    expect(plain(root)).toMatchObject({
      headers: { correlation_id: 'c-1', 'content-type': 'application/json' },
      data: { json: { name: 'Zoë 订单' } },
    })
  })
})

describe('what PHP writes', () => {
  const read = (name: string): unknown => plain(decode(bytesOf(php, name)).root)

  it('scalars and maps', () => {
    expect(read('scalars')).toEqual([
      ...[null, true, false, 0, -5, '#1.1', '#0.1', '#INF', '#-INF', '#NAN', '#1.0E+100'],
      ...['Zoë', 'with "quotes"; and }', 'bytes ff00'],
    ])
    expect(read('map')).toEqual({ a: 1, b: { c: [1, 2, 3] }, 5: 'five' })
    expect(read('enum')).toBe('mark Suit:Hearts')
  })

  it('objects, named, with what of them is not public and refers to itself', () => {
    expect(decode(bytesOf(php, 'object')).root?.note).toBe('Order')
    expect(read('object')).toEqual({
      ...{ id: '#9223372036854775807', 'secret:protected': 's', 'own:Order:private': { 0: 1, x: '#1.5' } },
      parent: 'mark → 1',
    })
    expect(decode(bytesOf(php, 'custom')).root).toEqual({ kind: 'string', text: 'a}";b', note: 'Custom' })
  })

  it('a text alone, and the chain of Symfony: PHP, JSON, PHP', () => {
    expect(read('string')).toBe('plain')
    const { chain, root } = decode(bytesOf(php, 'symfony'))
    expect(chain).toEqual(['php', 'json'])
    expect(plain(root)).toMatchObject({ body: { php: { body: { order: 4711, name: 'Zoë' } } } })
  })
})

describe('what Java writes', () => {
  it('is told by its classes and fields', () => {
    const { chain, root } = decode(bytesOf(java, 'object'))
    expect(chain).toEqual(['java'])
    expect(root).toMatchObject({
      note: 'extends',
      items: [
        {
          note: 'Make$Order',
          members: [
            { value: { text: '4711' } },
            { key: 'id', value: { text: 'long' } },
            { key: 'paid' },
            { key: 'lines', value: { text: 'Ljava/util/List;' } },
            { key: 'name' },
            { key: 'prices' },
          ],
        },
        { note: 'Make$Base', members: [{}, { key: 'count', value: { text: 'int' } }] },
      ],
    })
  })

  it.each([
    ['string', 'Zoë'],
    ['null', null],
  ])('%s', (name, value) => {
    expect(plain(decode(bytesOf(java, name)).root)).toEqual(value)
  })

  it.each([
    ['integer', 'java.lang.Integer'],
    ['map', 'java.util.HashMap'],
    ['enum', 'Make$Status'],
  ])('%s is a %s', (name, type) => {
    expect(JSON.stringify(decode(bytesOf(java, name)).root)).toContain(type)
  })
})

it('no sample is loaded by what wrote it: nothing is carried out', () => {
  expect(() => readFileSync('/tmp/pickle-was-run')).toThrow('ENOENT')
})
