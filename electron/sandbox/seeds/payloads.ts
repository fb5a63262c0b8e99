import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { createRandom } from '../random'
import { add, createGroup, HOUR, MINUTE, upTo, type FieldList, type Seed } from './lines'

const DOCUMENT = {
  order: 'ORD-104223',
  customer: { id: 8_812, name: 'Zoë Ångström', tags: ['vip', '🎁', 'עברית'] },
  lines: [
    { sku: 'MUG-BLUE', quantity: 2, price: 9.9 },
    { sku: 'LAMP-OAK', quantity: 1, price: 129 },
  ],
  note: null,
  gift: true,
}

/** Every way of packing a value that people put into streams, and values that are hard to show. */
export function payloadsSeed(now: number): Seed {
  const json = JSON.stringify(DOCUMENT)
  const start = now - 4 * HOUR
  const series = (key: string, entries: readonly FieldList[]) =>
    entries.map((fields, n) => add(key, `${start + n * MINUTE}-0`, fields))
  return {
    lines: [
      ...series('payloads:encodings', [
        [['json', json]],
        [['json', JSON.stringify(DOCUMENT, null, 2)]],
        [['msgpack', messagePack()]],
        [['gzip', gzipSync(json)]],
        [['zlib', deflateSync(json)]],
        [['brotli', brotliCompressSync(json)]],
        [['base64', Buffer.from(json).toString('base64')]],
        [['gzip-of-msgpack', gzipSync(messagePack())]],
        [['double', JSON.stringify({ body: json })]],
        [['protobuf', Buffer.from('089601120774657374696e67', 'hex')]],
        [['not-quite-json', json.slice(0, -7)]],
        [
          ['number', '42'],
          ['negative', '-0.5'],
          ['boolean', 'true'],
          ['null', 'null'],
          ['nothing', ''],
        ],
        [
          ['2^63', '9223372036854775807'],
          ['beyond', '123456789012345678901234567890'],
        ],
        [
          ['url', 'redis://user:secret@example.com:6380/3?timeout=5'],
          ['html', '<script>alert("hello")</script>'],
          ['ansi', '\u001b[31mred\u001b[0m'],
        ],
      ]),
      ...series('payloads:envelopes', envelopes(json)),
      ...series('payloads:wide', [upTo(120).map((n) => [`column_${n + 1}`, `value ${n + 1}`] as const)]),
      ...series('payloads:repeated-fields', [
        [
          ['tag', 'red'],
          ['tag', 'green'],
          ['tag', 'red'],
          ['name', 'first'],
          ['name', 'second'],
          ['', 'a field without a name'],
        ],
      ]),
      ...series('payloads:large', [
        [
          ['name', 'small'],
          ['size', 12],
        ],
        [
          ['name', 'one mebibyte of text'],
          ['body', mebibyteOfText()],
        ],
        [
          ['name', 'one mebibyte of bytes'],
          ['body', createRandom(71).bytes(1 << 20)],
        ],
        [
          ['name', 'a long line'],
          ['line', 'x'.repeat(40_000)],
        ],
      ]),
      createGroup('payloads:large', 'archive'),
    ],
  }
}

/** As the producers of well-known libraries wrap what they send. */
function envelopes(json: string): readonly FieldList[] {
  return [
    [
      ['_class', 'com.example.Order'],
      ['order.id', '104223'],
      ['order.total', '148.80'],
    ],
    [['payload', json]],
    [
      ['data', JSON.stringify({ specversion: '1.0', type: 'order.created', source: 'shop', id: 'a1', data: DOCUMENT })],
      ['metadata', '{"ttl":"60"}'],
    ],
    [
      ['_watermill_message_uuid', '6f1c2d1e-8a55-4f0e-9a4e-3d5a2b1c0d9e'],
      ['metadata', Buffer.from('81a5747261636aa26f6b', 'hex')],
      ['payload', json],
    ],
    [
      ['event', 'completed'],
      ['jobId', '17'],
      ['prev', 'active'],
      ['returnvalue', '{"sent":true}'],
    ],
    [
      ['uid', 'Yx1'],
      ['nsp', '/'],
      ['type', '3'],
      ['data', JSON.stringify({ packet: { type: 2, data: ['hello', 1] } })],
    ],
    [['__data__', fastStream(json)]],
    [
      ['headers', '{"cap-msg-id":"91","cap-msg-name":"order.created"}'],
      ['body', JSON.stringify(Buffer.from(json).toString('base64'))],
    ],
    [
      [
        'message',
        JSON.stringify({
          body: json,
          headers: { type: 'App\\Message\\OrderCreated', 'Content-Type': 'application/json' },
        }),
      ],
    ],
    [['{"id":104223}', json]],
    [['lbs-input', '{"DataStreamName":"checkout-session-a000","Info":{"region":"eu-west","shard":1}}']],
    [
      ['data', json],
      ['correlationId', 'c0ffee00-0000-4000-8000-000000000001'],
    ],
  ]
}

/** The document above, as MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), by hand. */
function messagePack(): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value)
    return Buffer.concat([Buffer.from(bytes.length < 32 ? [0xa0 | bytes.length] : [0xd9, bytes.length]), bytes])
  }
  const double = (value: number): Buffer => {
    const bytes = Buffer.alloc(9, 0xcb)
    bytes.writeDoubleBE(value, 1)
    return bytes
  }
  const encode = (value: unknown): Buffer => {
    if (value === null) return Buffer.from([0xc0])
    if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2])
    if (typeof value === 'string') return text(value)
    if (typeof value === 'number') {
      if (!Number.isInteger(value)) return double(value)
      return value < 128 ? Buffer.from([value]) : Buffer.from([0xcd, value >> 8, value & 0xff])
    }
    if (Array.isArray(value)) return Buffer.concat([Buffer.from([0x90 | value.length]), ...value.map(encode)])
    const entries = Object.entries(value as object)
    return Buffer.concat([
      Buffer.from([0x80 | entries.length]),
      ...entries.flatMap(([name, item]) => [text(name), encode(item)]),
    ])
  }
  return encode(DOCUMENT)
}

function fastStream(body: string): Buffer {
  const header = Buffer.from('\x00\x01\x00\x0ccontent-type\x00\x10application/json', 'latin1')
  const head = Buffer.alloc(10)
  head.writeUInt16BE(1, 0)
  head.writeUInt32BE(18, 2)
  head.writeUInt32BE(18 + header.length, 6)
  return Buffer.concat([Buffer.from('\x89BIN\r\n\x1a\n', 'latin1'), head, header, Buffer.from(body)])
}

function mebibyteOfText(): string {
  const line =
    'The quick brown fox jumps over the lazy dog. Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. '
  return line.repeat(Math.ceil((1 << 20) / line.length)).slice(0, (1 << 20) - 6)
}
