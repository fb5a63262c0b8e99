import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'vite'
import { createDecodeThread, type DecodeThread } from '../../../../electron/services/decoding/decode-thread'
import { WORKER_LIMITS } from '../../../../shared/decode/budget'
import type { DecodeRequest } from '../../../../shared/decode/chain'
import { bytesFrom, bytesOf, plain, samplesOf, textFrom } from '../../../shared/decode/kit'

const python = samplesOf('python')
const PROTO = readFileSync(new URL('../../../fixtures/decode/order.proto', import.meta.url), 'utf8')
const AUTO = { name: null, as: 'auto', schema: null } as const
const MIB = 1024 * 1024
let dir: string
let file: string
let thread: DecodeThread

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-decoder-'))
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ...{ ssr: true, outDir: dir, minify: false },
      rolldownOptions: {
        input: { decoder: 'electron/services/decoding/worker.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  })
  file = join(dir, 'decoder.cjs')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))
afterEach(() => thread.close())

// No wall-clock of the machine is a reason to fail.
const PATIENT = { ...WORKER_LIMITS, ms: 60_000 }
const open = (): void => {
  thread = createDecodeThread({ file, limits: PATIENT, endAfterMs: 120_000 })
}
const TURN = { lane: 'a', isCell: false }
const decode = (bytes: Uint8Array, request: Partial<Omit<DecodeRequest, 'bytes' | 'tools'>> = {}, turn = TURN) =>
  thread.decode({ ...AUTO, ...request, bytes }, turn)

describe('what others packed', () => {
  test.each<readonly [string, string]>([
    ...['gzip', 'zlib', 'deflate', 'brotli', 'zstd', 'zstd-stream'].map(
      (name) => [name, name.replace(/-.*/, '')] as const,
    ),
    ['base64-gzip-json', 'base64 gzip'],
  ])('%s is found out and unpacked to JSON', async (name, chain) => {
    open()
    const decoded = await decode(bytesOf(python, name))
    expect(decoded).toMatchObject({ chain: [...chain.split(' '), 'json'], fault: null, needsHost: null })
    expect(plain(decoded.root)).toMatchObject({ id: '#18446744073709551615', name: 'Zoë 订单' })
  })

  test('a long one of zstd is read to its end', async () => {
    open()
    const { last } = await decode(bytesOf(python, 'zstd-long'))
    expect(last.length).toBe(python['zstd-long']?.length)
    expect(textFrom(last.subarray(-16))).toBe('jack a dull boy. '.slice(1))
  })

  test('a file of Avro that is deflated', async () => {
    open()
    expect(plain((await decode(bytesOf(python, 'avro-file-deflate'))).root)).toMatchObject([
      { id: 0 },
      { id: 1 },
      { id: 2 },
    ])
  })

  test.each(['protobuf', 'protobuf-gzip'])('%s by a .proto', async (name) => {
    open()
    const { chain, root, fault } = await decode(bytesOf(python, name), {
      as: 'protobuf',
      schema: { text: PROTO, message: 'Order' },
    })
    expect(fault).toBeNull()
    expect(chain).toEqual(name === 'protobuf' ? ['protobuf'] : ['gzip', 'protobuf'])
    expect(root?.note).toBe('shop.Order')
    expect(root).toMatchObject({
      members: [
        { key: 'id', value: { text: '18446744073709551615' } },
        { key: 'name', value: { text: 'Zoë' } },
        {
          key: 'lines',
          value: { note: 'shop.Line', members: [{ key: 'sku' }, { key: 'qty', value: { text: '-2' } }] },
        },
        { key: 'lines' },
        { key: 'price', value: { text: '1.1' } },
        { key: 'ratio', value: { text: '0.1' } },
        { key: 'paid', value: { text: 'true' } },
        { key: 'status', value: { text: 'SHIPPED', note: '2' } },
        ...[1, -1, 300].map((count) => ({ key: 'counts', value: { text: String(count) } })),
        { key: 'neg', value: { text: '-5' } },
        { key: 'raw', value: { kind: 'bytes', text: 'ff00' } },
        { key: 'fixed', value: { text: '-7' } },
      ],
    })
  })

  test('a .proto may import what Google has, and hold maps', async () => {
    open()
    const text = `syntax = "proto3"; import "google/protobuf/timestamp.proto";
      message A { map<string, int32> counts = 1; google.protobuf.Timestamp at = 2; }`
    const bytes = Uint8Array.of(0x0a, 5, 0x0a, 1, 0x61, 0x10, 7, 0x12, 2, 0x08, 5)
    const { root } = await decode(bytes, { as: 'protobuf', schema: { text, message: null } })
    expect(plain(root)).toEqual({ counts: { key: 'a', value: 7 }, at: { seconds: 5 } })
  })
})

describe('what is not what it seems', () => {
  test.each([
    ['cut in the middle', (raw: Uint8Array) => raw.subarray(0, raw.length - 20), 'ends-early'],
    ['with a wrong byte', (raw: Uint8Array) => raw.map((byte, at) => (at === 40 ? byte ^ 0xff : byte)), 'damaged'],
  ])('gzip %s is told so', async (_what, spoil, code) => {
    open()
    const { chain, fault } = await decode(spoil(bytesOf(python, 'gzip')))
    expect(chain).toEqual(['gzip'])
    expect(fault).toMatchObject({ code, by: 'gzip' })
  })

  test.each([
    ['message {', 'other'],
    ['syntax = "proto3"; message A { Nobody a = 1; }', 'no-type'],
    ['syntax = "proto3";', 'no-message'],
  ])('a .proto that is none (%s) is told with why', async (text, reason) => {
    open()
    const { fault } = await decode(bytesOf(python, 'protobuf'), { as: 'protobuf', schema: { text, message: null } })
    expect(fault).toMatchObject({ code: 'bad-schema', reason })
  })

  test('names of a .proto that mean something to JavaScript are names', async () => {
    open()
    const text = `syntax = "proto3"; message constructor { int32 valueOf = 1; int32 toString = 2; int32 __proto__ = 3; }`
    const { root } = await decode(Uint8Array.of(8, 1, 16, 2, 24, 3), {
      as: 'protobuf',
      schema: { text, message: null },
    })
    expect(root).toMatchObject({ members: [{ key: 'valueOf' }, { key: 'toString' }, {}] })
  })
})

describe('bombs', () => {
  const bomb = gzipSync(Buffer.alloc(64 * MIB), { level: 9 })

  test.each([
    ['gzip', bomb],
    ['brotli', brotliCompressSync(Buffer.alloc(64 * MIB))],
    // A frame of zstd that asks for a window of 2 GiB.
    ['zstd', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 1, 0, 0)],
    ['snappy', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0)],
  ] as const)('%s of more than 16 MiB is not unpacked', async (as, bytes) => {
    open()
    const { fault } = await decode(bytes, { as })
    expect(fault).toEqual({ code: 'too-large', mostBytes: WORKER_LIMITS.unpackedBytes, by: as })
  })

  test('one within another ends after so many layers', async () => {
    open()
    let nested: Uint8Array = bytesFrom('{"a":1}')
    for (let layer = 0; layer < 20; layer += 1) nested = gzipSync(nested)
    const { chain, root } = await decode(nested)
    expect(chain).toHaveLength(WORKER_LIMITS.steps)
    expect(root).toBeNull()
  })

  test('a value that keeps the thread busy ends it, is told so, and the next ones are read', async () => {
    const endless = join(dir, 'endless.cjs')
    const program = readFileSync(file, 'utf8')
    // As a fault of a library would: of values that are "spin" it never comes back.
    writeFileSync(
      endless,
      `require('node:worker_threads').parentPort.on('message', ({ request }) => {
      if (Buffer.from(request.bytes).toString() === 'spin') for (;;);
    });\n${program}`,
    )
    thread = createDecodeThread({ file: endless, limits: PATIENT, endAfterMs: 5_000 })
    const [spun, next] = await Promise.all([decode(bytesFrom('spin')), decode(bytesOf(python, 'zlib'))])
    expect(spun).toMatchObject({ root: null, fault: { code: 'too-slow', ms: 5_000 } })
    expect(next).toMatchObject({ chain: ['zlib', 'json'], fault: null })
  })

  test('a value that takes all memory ends the thread, not the host, and the next one is read', async () => {
    const hungry = join(dir, 'hungry.cjs')
    writeFileSync(
      hungry,
      `require('node:worker_threads').parentPort.on('message', ({ request }) => {
      if (Buffer.from(request.bytes).toString() === 'eat') { const all = []; for (;;) all.push(new Array(10000).fill({})); }
    });\n${readFileSync(file, 'utf8')}`,
    )
    thread = createDecodeThread({ file: hungry, limits: PATIENT, endAfterMs: 120_000 })
    expect(await decode(bytesFrom('eat'))).toMatchObject({ fault: { code: 'worker-ended' } })
    expect(await decode(bytesOf(python, 'zlib'))).toMatchObject({ chain: ['zlib', 'json'], fault: null })
  })

  test('what nobody waits for any more is not read', async () => {
    open()
    const gone = new AbortController()
    const [first, second] = [
      decode(bytesOf(python, 'gzip')),
      thread.decode({ ...AUTO, bytes: bomb }, TURN, gone.signal),
    ]
    const refused = expect(second).rejects.toThrow('left')
    gone.abort(new Error('left'))
    await Promise.all([first, refused])
  })
})
