import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OwnedClient } from '../../../electron/redis/client'
import type { Writer } from '../../../electron/redis/reader-writer'
import { ackAndDelete } from '../../../electron/redis/xackdel'
import { addEntry } from '../../../electron/redis/xadd'
import { claimJustId } from '../../../electron/redis/xclaim'
import { deleteEntries } from '../../../electron/redis/xdel'
import { deleteWithMode } from '../../../electron/redis/xdelex'
import { createGroup } from '../../../electron/redis/xgroup'
import { release } from '../../../electron/redis/xnack'
import { pendingRange } from '../../../electron/redis/xpending'
import { range } from '../../../electron/redis/xrange'
import { availableServers } from '../../helpers/available-servers'
import { onEachServer } from '../../helpers/on-each-server'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const KEY = Buffer.from([0x6b, 0xff, 0x00, 0x0a])
const BILLING = Buffer.from([0x62, 0xff, 0x00])
const AUDIT = Buffer.from([0x61, 0xfe])
const ANN = Buffer.from([0x61, 0x00])
const NONE = Buffer.from([0xff, 0x01])
const TEXT = Buffer.from('text')
const IDS = ['1-1', '1-2', '1-3']
const many = (count: number) => Array.from({ length: count }, (_, at) => `5-${at}`)
const clients = useSluiceClients()
const servers = availableServers()
/** By what the servers say of themselves elsewhere in these tests, not by asking for the command that is tested. */
const has82 = (name: string) => /^redis-(8\.[2-9]|8\.\d\d|9|\d\d)/.test(name)
const newer = servers.filter(({ name }) => has82(name))
const older = servers.filter(({ name }) => !has82(name))

let redis: TestRedis
let client: OwnedClient
let writer: Writer
function useServer(version: string): void {
  beforeAll(async () => {
    redis = await startRedis({ version })
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await redis.cli('FLUSHALL')
    await redis.cli('SET', 'text', 'x')
    client = await clients.open(redis)
    writer = clients.writer(client)
    await createGroup(writer, KEY, BILLING, '0-0', { mkstream: true })
    await createGroup(writer, KEY, AUDIT, '0-0', { mkstream: false })
    for (const id of IDS) await addEntry(writer, KEY, id, [ANN, NONE], { create: true })
  })
}
/** All entries to ann, in that group. */
const deliver = (group: Buffer) => redis.client().callBuffer('XREADGROUP', ['GROUP', group, ANN, 'STREAMS', KEY, '>'])
const left = async () => (await range(client.reader, KEY, { from: '-', to: '+', count: 99 })).map(({ id }) => id)
const pending = async (group: Buffer) =>
  (await pendingRange(client.reader, KEY, group, { from: '-', to: '+', count: 99 })).map(({ id }) => id)

onEachServer(
  'XDEL on %s',
  (version) => {
    useServer(version)

    test('counts what was there; pending entries stay', async () => {
      await deliver(BILLING)
      expect(await deleteEntries(writer, KEY, ['1-1', '1-3', '1-1', '9-9'])).toBe(2)
      expect([await left(), await pending(BILLING)]).toEqual([['1-2'], IDS])
    })

    test('of a stream that is not there: none; of another type: WRONGTYPE', async () => {
      expect(await deleteEntries(writer, NONE, ['1-1'])).toBe(0)
      await expect(deleteEntries(writer, TEXT, ['1-1'])).rejects.toMatchObject({ data: { prefix: 'WRONGTYPE' } })
    })
  },
  servers,
)

onEachServer(
  'XACKDEL and XDELEX on %s',
  (version) => {
    useServer(version)

    test('XDELEX KEEPREF deletes and leaves what is pending', async () => {
      await deliver(BILLING)
      expect(await deleteWithMode(writer, KEY, ['1-2', '9-9', '1-2'], 'KEEPREF')).toEqual([
        'deleted',
        'absent',
        'absent',
      ])
      expect([await left(), await pending(BILLING)]).toEqual([['1-1', '1-3'], IDS])
    })

    test('XDELEX DELREF deletes what is pending as well, in every group', async () => {
      await deliver(BILLING)
      await deliver(AUDIT)
      expect(await deleteWithMode(writer, KEY, ['1-2'], 'DELREF')).toEqual(['deleted'])
      expect([await left(), await pending(BILLING), await pending(AUDIT)]).toEqual([
        ['1-1', '1-3'],
        ['1-1', '1-3'],
        ['1-1', '1-3'],
      ])
    })

    test('XDELEX ACKED keeps what a group holds or has not read', async () => {
      await deliver(BILLING)
      await redis.client().callBuffer('XACK', [KEY, BILLING, '1-1', '1-2'])
      expect(await deleteWithMode(writer, KEY, ['1-1', '1-3', '9-9'], 'ACKED')).toEqual(['kept', 'kept', 'kept'])
      await deliver(AUDIT)
      await redis.client().callBuffer('XACK', [KEY, AUDIT, '1-1'])
      expect(await deleteWithMode(writer, KEY, [...IDS, '0-1'], 'ACKED')).toEqual(['deleted', 'kept', 'kept', 'absent'])
      expect(await left()).toEqual(['1-2', '1-3'])
    })

    test('XACKDEL acks and deletes; what this group does not hold stays', async () => {
      await claimJustId(writer, KEY, BILLING, ANN, ['1-1', '1-2'], { minIdleMs: 0, force: true })
      const results = await ackAndDelete(writer, KEY, BILLING, ['1-1', '1-3', '9-9', '1-1'], 'KEEPREF')
      expect(results).toEqual(['deleted', 'absent', 'absent', 'absent'])
      expect([await left(), await pending(BILLING)]).toEqual([['1-2', '1-3'], ['1-2']])
    })

    test('XACKDEL ACKED acks, and keeps what the other group still needs', async () => {
      await deliver(BILLING)
      expect(await ackAndDelete(writer, KEY, BILLING, ['1-1'], 'ACKED')).toEqual(['kept'])
      expect([await left(), await pending(BILLING)]).toEqual([IDS, ['1-2', '1-3']])
    })

    test('XACKDEL DELREF takes it from the other group as well', async () => {
      await deliver(BILLING)
      await deliver(AUDIT)
      expect(await ackAndDelete(writer, KEY, BILLING, ['1-1'], 'DELREF')).toEqual(['deleted'])
      expect([await left(), await pending(AUDIT)]).toEqual([
        ['1-2', '1-3'],
        ['1-2', '1-3'],
      ])
    })

    test('a stream or a group that is gone is no error to Redis', async () => {
      expect(await deleteWithMode(writer, NONE, ['1-1'], 'KEEPREF')).toEqual(['absent'])
      expect(await ackAndDelete(writer, NONE, BILLING, ['1-1'], 'DELREF')).toEqual(['absent'])
      expect(await ackAndDelete(writer, KEY, NONE, IDS, 'ACKED')).toEqual(['absent', 'absent', 'absent'])
      expect(await left()).toEqual(IDS)
    })

    test('WRONGTYPE', async () => {
      const wrong = { code: 'REDIS', data: { prefix: 'WRONGTYPE' } }
      await expect(deleteWithMode(writer, TEXT, ['1-1'], 'KEEPREF')).rejects.toMatchObject(wrong)
      await expect(ackAndDelete(writer, TEXT, BILLING, ['1-1'], 'KEEPREF')).rejects.toMatchObject(wrong)
      expect(await redis.cli('GET', 'text')).toBe('x')
    })

    test('full memory does not keep from deleting', async () => {
      await deliver(BILLING)
      await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
      try {
        expect(await ackAndDelete(writer, KEY, BILLING, ['1-1'], 'KEEPREF')).toEqual(['deleted'])
        expect(await deleteWithMode(writer, KEY, ['1-2'], 'KEEPREF')).toEqual(['deleted'])
      } finally {
        await redis.cli('CONFIG', 'SET', 'maxmemory', '0')
      }
    })

    test('READONLY on a replica', () =>
      withRedis(
        async (replica) => {
          const there = clients.writer(await clients.open(replica))
          const readonly = { code: 'REDIS', data: { prefix: 'READONLY' } }
          await expect(deleteWithMode(there, KEY, ['1-1'], 'KEEPREF')).rejects.toMatchObject(readonly)
          await expect(ackAndDelete(there, KEY, BILLING, ['1-1'], 'KEEPREF')).rejects.toMatchObject(readonly)
        },
        { version, config: [`replicaof ${redis.host} ${redis.port}`] },
      ))

    test('500 ids at most, and at least one', async () => {
      for (const ids of [[], many(501)]) {
        await expect(deleteWithMode(writer, KEY, ids, 'KEEPREF')).rejects.toThrow(RangeError)
        await expect(ackAndDelete(writer, KEY, BILLING, ids, 'KEEPREF')).rejects.toThrow(RangeError)
      }
      expect(await deleteWithMode(writer, KEY, many(500), 'KEEPREF')).toEqual(Array(500).fill('absent'))
      expect(await ackAndDelete(writer, KEY, BILLING, many(500), 'ACKED')).toEqual(Array(500).fill('absent'))
    })
  },
  newer,
)

onEachServer(
  '%s has neither XACKDEL nor XDELEX',
  (version) => {
    useServer(version)

    test('UNSUPPORTED, and nothing changed', async () => {
      await deliver(BILLING)
      const unsupported = (feature: string) => ({ code: 'UNSUPPORTED', data: { feature } })
      await expect(deleteWithMode(writer, KEY, IDS, 'DELREF')).rejects.toMatchObject(unsupported('XDELEX'))
      await expect(ackAndDelete(writer, KEY, BILLING, IDS, 'KEEPREF')).rejects.toMatchObject(unsupported('XACKDEL'))
      expect([await left(), await pending(BILLING)]).toEqual([IDS, IDS])
    })
  },
  older,
)

onEachServer(
  'XNACK on %s, which has none',
  (version) => {
    useServer(version)

    test('UNSUPPORTED, without the ids in it, and nothing changed', async () => {
      await deliver(BILLING)
      const refused = release(writer, KEY, BILLING, IDS, 'FAIL')
      await expect(refused).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature: 'XNACK' } })
      await expect(refused).rejects.not.toThrow('1-2')
      expect(await pending(BILLING)).toEqual(IDS)
    })
  },
  servers,
)

describe('what is sent, and how answers are read, by a server that answers as told', () => {
  let proxy: FaultProxy
  let through: Writer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    through = clients.writer(await clients.open(redis, { profile: { endpoint } }))
  })
  afterEach(() => proxy.stop())

  /** Answers the next command of that name, and tells with which arguments it came. */
  function answer(name: string, reply: string): () => readonly string[] {
    let sent: readonly string[] = []
    const match = (args: readonly string[]): boolean => {
      if (args[0] !== name) return false
      sent = args
      return true
    }
    void proxy.fault(match, { kind: 'answer', reply })
    return () => sent
  }

  test.each(['SILENT', 'FAIL', 'FATAL'] as const)('XNACK %s', async (mode) => {
    const sent = answer('XNACK', ':2\r\n')
    expect(await release(through, Buffer.from('k'), Buffer.from('g'), ['1-1', '18446744073709551615-7'], mode)).toBe(2)
    expect(sent()).toEqual(['XNACK', 'k', 'g', mode, 'IDS', '2', '1-1', '18446744073709551615-7'])
  })

  test.each(['KEEPREF', 'DELREF', 'ACKED'] as const)('XDELEX and XACKDEL %s', async (mode) => {
    const deletion = answer('XDELEX', '*3\r\n:1\r\n:2\r\n:-1\r\n')
    expect(await deleteWithMode(through, Buffer.from('k'), IDS, mode)).toEqual(['deleted', 'kept', 'absent'])
    expect(deletion()).toEqual(['XDELEX', 'k', mode, 'IDS', '3', ...IDS])
    const acking = answer('XACKDEL', '*1\r\n:2\r\n')
    expect(await ackAndDelete(through, Buffer.from('k'), Buffer.from('g'), ['1-1'], mode)).toEqual(['kept'])
    expect(acking()).toEqual(['XACKDEL', 'k', 'g', mode, 'IDS', '1', '1-1'])
  })

  test.each([
    ['*1\r\n:7\r\n', 'no meaning'],
    ['*0\r\n', '0 results for 1 ids'],
    ['*2\r\n:1\r\n:1\r\n', '2 results for 1 ids'],
    [':1\r\n', 'a list'],
    ['*1\r\n$2\r\nOK\r\n', 'an integer'],
  ])('a deletion answered by %j is not taken for anything', async (reply, words) => {
    answer('XDELEX', reply)
    await expect(deleteWithMode(through, KEY, ['1-1'], 'KEEPREF')).rejects.toThrow(words)
    answer('XACKDEL', reply)
    await expect(ackAndDelete(through, KEY, BILLING, ['1-1'], 'KEEPREF')).rejects.toThrow(words)
  })

  test.each([
    ["-NOGROUP No such key 'k' or consumer group 'g'\r\n", 'NOT_FOUND'],
    ['-WRONGTYPE Operation against a key\r\n', 'REDIS'],
    ['-READONLY You can not write\r\n', 'REDIS'],
    ["-ERR unknown command 'XNACK', with args beginning with: 'k' 'g'\r\n", 'UNSUPPORTED'],
  ])('XNACK refused: %j', async (reply, code) => {
    answer('XNACK', reply)
    await expect(release(through, KEY, BILLING, ['1-1'], 'FAIL')).rejects.toMatchObject({ code })
  })

  test('XNACK of none and of 501 ids is refused unsent; a list is no count', async () => {
    await expect(release(through, KEY, BILLING, [], 'FAIL')).rejects.toThrow(RangeError)
    await expect(release(through, KEY, BILLING, many(501), 'FAIL')).rejects.toThrow(RangeError)
    expect(proxy.commands).not.toContain('XNACK')
    answer('XNACK', '*1\r\n:1\r\n')
    await expect(release(through, KEY, BILLING, ['1-1'], 'FAIL')).rejects.toThrow('has a list')
  })

  test.each(['XNACK', 'XDELEX', 'XACKDEL', 'XDEL'])('a lost reply of %s is an unknown outcome', async (command) => {
    void proxy.fault(command, { kind: 'cut-before-reply' })
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      XNACK: () => release(through, KEY, BILLING, IDS, 'FAIL'),
      XDELEX: () => deleteWithMode(through, KEY, IDS, 'ACKED'),
      XACKDEL: () => ackAndDelete(through, KEY, BILLING, IDS, 'ACKED'),
      XDEL: () => deleteEntries(through, KEY, IDS),
    }
    await expect(calls[command]?.()).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME', data: { command } })
  })
})
