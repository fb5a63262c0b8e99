import { setMaxListeners } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createDecodeThread, type DecodeThread } from '../../../../electron/services/decoding/decode-thread'
import { bytesFrom } from '../../../shared/decode/kit'

// A thread that tells each value as it is, and never comes back of those that are "spin": how turns are taken is none of the decoders' business.
const PROGRAM = `const { parentPort } = require('node:worker_threads')
parentPort.on('message', ({ number, request, limits }) => {
  if (Buffer.from(request.bytes).toString() === 'spin') for (;;);
  parentPort.postMessage({ number, decoded: { chain: [], root: null, last: request.bytes, isCut: false, fault: null, needsHost: null, limits } })
})
parentPort.postMessage('ready')`
let dir: string
let file: string
let thread: DecodeThread

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-lanes-'))
  file = join(dir, 'decoder.cjs')
  writeFileSync(file, PROGRAM)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))
afterEach(() => thread.close())

const done: string[] = []
async function decode(text: string, lane: string, isCell = false, signal?: AbortSignal): Promise<unknown> {
  const request = { bytes: bytesFrom(text), name: null, as: 'auto', schema: null } as const
  const decoded = await thread.decode(request, { lane, isCell }, signal)
  done.push(text)
  return decoded
}

test('whoever has many values waits behind their own; what is looked at comes before cells', async () => {
  thread = createDecodeThread({ file, endAfterMs: 60_000 })
  done.length = 0
  const many = Array.from({ length: 30 }, (_, at) => decode(`cell ${at}`, 'busy', true))
  await Promise.all([...many, decode('field', 'busy'), decode('other', 'quiet')])
  expect(done.indexOf('other')).toBeLessThan(4)
  expect(done.indexOf('field')).toBeLessThan(4)
  expect(done).toHaveLength(32)
})

test('a cell may take a quarter of the time, and a few nodes; one of another lane is not told of its end', async () => {
  thread = createDecodeThread({ file, endAfterMs: 4_000 })
  const [spun, next, cell] = await Promise.all([
    decode('spin', 'hostile', true),
    decode('next', 'quiet'),
    decode('cell', 'quiet', true),
  ])
  expect(spun).toMatchObject({ fault: { code: 'too-slow', ms: 1_000 } })
  expect(next).toMatchObject({ fault: null, limits: { ms: 2_000, nodes: 20_000 } })
  expect(cell).toMatchObject({ fault: null, limits: { ms: 500, nodes: 60 } })
})

test('what is too much for a lane is told so at once, and what is given up makes room', async () => {
  thread = createDecodeThread({ file, endAfterMs: 60_000 })
  const gone = new AbortController()
  setMaxListeners(100, gone.signal)
  const first = decode('first', 'a')
  const waiting = Array.from({ length: 64 }, (_, at) => decode(`a ${at}`, 'a', true, gone.signal))
  expect(await decode('one more', 'a')).toMatchObject({ root: null, fault: { code: 'busy' } })
  const refused = Promise.allSettled(waiting)
  gone.abort(new Error('left'))
  expect(await decode('after', 'a')).toMatchObject({ fault: null })
  expect((await refused).filter(({ status }) => status === 'rejected').length).toBeGreaterThan(60)
  await first
})
