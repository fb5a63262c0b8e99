import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { OwnedClient } from '../../../../electron/redis/client'
import { standalone } from '../../../../electron/redis/topology'
import { createEntryReads, type EntryReads } from '../../../../electron/services/inspection/entry-reads'
import type { SaveFile } from '../../../../electron/services/inspection/save-file'
import { valueFileName } from '../../../../electron/services/inspection/value-file-name'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const ON = { connectionId: 'c', key: 'orders', id: '1-1' }
const MIB = 1024 * 1024
const clients = useSluiceClients()
let redis: TestRedis
let feed: Redis
/** What was saved, by name, and what frees it. */
let saved: { readonly name: string; readonly bytes: Buffer; readonly free: () => void }[]
useEmptiedServer({}, async (server, direct) => {
  ;[redis, feed] = [server, direct]
  saved = []
})

const keep: SaveFile = async (name, read) => {
  const bytes = await read()
  let free = (): void => undefined
  const done = new Promise<void>((resolve) => (free = resolve))
  saved.push({ name, bytes, free })
  return { outcome: { kind: 'saved', file: name, bytes: bytes.length }, done }
}
const readsOf = (client: OwnedClient, saveFile = keep): EntryReads =>
  createEntryReads({ topology: () => standalone(client), saveFile })
const open = async (saveFile = keep): Promise<EntryReads> => readsOf(await clients.open(redis), saveFile)
const add = (...fields: (string | Buffer)[]): Promise<unknown> => feed.call('XADD', 'orders', '1-1', ...fields)

async function behindProxy(use: (reads: EntryReads, proxy: FaultProxy) => Promise<void>): Promise<void> {
  const proxy = await startFaultProxy(redis)
  try {
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    await use(readsOf(await clients.open(redis, { profile: { endpoint } })), proxy)
  } finally {
    await proxy.stop()
  }
}

describe('a value to a file', () => {
  test('is whole, however large, and the one at its place', async () => {
    const reads = await open()
    const large = Buffer.alloc(100 * MIB, 0xfe)
    await add('a', 'first', 'a', large, Buffer.from([0xff]), '')
    expect(await reads.saveValue({ ...ON, at: 1, name: 'a' })).toMatchObject({ kind: 'saved', bytes: 100 * MIB })
    expect(saved[0]?.bytes.equals(large)).toBe(true)
    saved[0]?.free()
    expect(await reads.saveValue({ ...ON, at: 2, name: { base64: '/w==' } })).toMatchObject({ bytes: 0 })
  })

  test('is known by the beginning of its name, where that was shown cut', async () => {
    const reads = await open()
    await add('n'.repeat(1_000), 'v')
    expect(await reads.saveValue({ ...ON, at: 0, name: 'n'.repeat(128) })).toMatchObject({ bytes: 1 })
  })

  test('of another field by now, or beyond the last, is refused', async () => {
    const reads = await open()
    await add('a', '1')
    const gone = { code: 'NOT_FOUND', data: { what: 'field' } }
    await expect(reads.saveValue({ ...ON, at: 0, name: 'b' })).rejects.toMatchObject(gone)
    await expect(reads.saveValue({ ...ON, at: 1, name: 'a' })).rejects.toMatchObject(gone)
    await feed.del('orders')
    await expect(reads.saveValue({ ...ON, at: 0, name: 'a' })).rejects.toMatchObject({ data: { what: 'stream' } })
    // None of them stands in the way of the next.
    await add('a', '1')
    expect(await reads.saveValue({ ...ON, at: 0, name: 'a' })).toMatchObject({ kind: 'saved' })
  })

  test('waits while another is kept, and is left when nobody waits for it any more', async () => {
    const reads = await open()
    await add('a', '1', 'b', '2')
    await reads.saveValue({ ...ON, at: 0, name: 'a' })
    const left = new AbortController()
    const second = reads.saveValue({ ...ON, at: 1, name: 'b' }, left.signal)
    const third = reads.saveValue({ ...ON, at: 1, name: 'b' })
    left.abort(new Error('left'))
    await expect(second).rejects.toThrow('left')
    expect(saved).toHaveLength(1)
    saved[0]?.free()
    await third
    expect(saved.map(({ bytes }) => bytes.toString())).toEqual(['1', '2'])
  })

  test('is not read where nobody chose a file', async () => {
    const reads = await open(async () => ({ outcome: { kind: 'cancelled' }, done: Promise.resolve() }))
    expect(await reads.saveValue({ ...ON, at: 0, name: 'no such entry' })).toEqual({ kind: 'cancelled' })
  })

  test('that could not be written stands not in the way of the next', async () => {
    let isFull = true
    const reads = await open(async (name, read) => {
      if (!isFull) return keep(name, read)
      await read()
      throw new Error('no space left')
    })
    await add('a', '1')
    await expect(reads.saveValue({ ...ON, at: 0, name: 'a' })).rejects.toThrow('no space left')
    isFull = false
    expect(await reads.saveValue({ ...ON, at: 0, name: 'a' })).toMatchObject({ kind: 'saved' })
  })

  test('whose connection is lost in the middle is an error, and no part of it is saved', async () => {
    await add('a', Buffer.alloc(5 * MIB, 'x'))
    await behindProxy(async (reads, proxy) => {
      void proxy.fault('XRANGE', { kind: 'cut-in-reply', bytes: MIB })
      await expect(reads.saveValue({ ...ON, at: 0, name: 'a' })).rejects.toMatchObject({ code: 'UNREACHABLE' })
      expect(saved).toEqual([])
      expect(await reads.saveValue({ ...ON, at: 0, name: 'a' })).toMatchObject({ bytes: 5 * MIB })
    })
  })

  test('that announces more than 512 MiB is refused before it comes', async () => {
    await add('a', '1')
    await behindProxy(async (reads, proxy) => {
      void proxy.fault('XRANGE', { kind: 'answer', reply: '*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$536870912\r\n' })
      await expect(reads.saveValue({ ...ON, at: 0, name: 'a' })).rejects.toMatchObject({
        code: 'TOO_LARGE',
        data: { what: 'value' },
      })
    })
  })
})

test.each([
  ['orders', 'body', 'orders-1-1-body.bin'],
  ['../../etc/passwd', 'a"\r\nset-cookie: x', 'etc-passwd-1-1-a-set-cookie-x.bin'],
  ['CON', '', 'CON-1-1-field.bin'],
  ['', '\u202egnp.exe', 'stream-1-1-gnp-exe.bin'],
  ['k'.repeat(500), '.'.repeat(500), `${'k'.repeat(60)}-1-1-field.bin`],
])('the file of %j, %j is %s', (key, field, name) => {
  expect(valueFileName(Buffer.from(key), '1-1', Buffer.from(field))).toBe(name)
})
