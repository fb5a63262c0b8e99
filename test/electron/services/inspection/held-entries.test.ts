import type { Redis } from 'ioredis'
import { beforeEach, describe, expect, test } from 'vitest'
import type { EntryId } from '../../../../shared/entry-id'
import type { HeldEntry } from '../../../../shared/model/entry'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { readPage } from '../../../../electron/services/inspection/entries'
import { readPendingPage } from '../../../../electron/services/inspection/pending'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { onEachServer } from '../../../helpers/on-each-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const KEY = Buffer.from('orders')
const GROUP = Buffer.from('billing')
const BYTES = 60_000
const IDS: readonly EntryId[] = Array.from({ length: 50 }, (_, at) => `${at + 1}-0`)
const held = (ids: readonly EntryId[], size = BYTES): readonly HeldEntry[] => ids.map((id) => [id, size])

onEachServer('a page that is asked for again, on %s', (version) => {
  let redis: TestRedis
  let direct: Redis
  useEmptiedServer({ version }, async (server, client) => {
    ;[redis, direct] = [server, client]
    for (const id of IDS) await direct.xadd('orders', id, 'body', 'x'.repeat(BYTES - 4))
    await direct.xgroup('CREATE', 'orders', 'billing', '0')
    await direct.xreadgroup('GROUP', 'billing', 'ann', 'STREAMS', 'orders', '>')
    await direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting')
  })
  const sent = async (what: () => Promise<unknown>): Promise<number> => {
    await direct.config('RESETSTAT')
    await what()
    return Number(/total_net_output_bytes:(\d+)/.exec(await direct.info('stats'))?.[1])
  }

  describe.each([
    ['with scripts, where there are any', {}, 50],
    ['without scripts', { profile: { username: 'lim' }, password: 'pw' }, 1],
  ])('%s', (_, user, perRound) => {
    let reader: Reader
    let isWhole: boolean
    beforeEach(async () => {
      ;({ reader } = await clients.open(redis, user))
      isWhole = perRound > 1 && ((await direct.call('COMMAND', 'INFO', 'EVAL_RO')) as unknown[])[0] !== null
    })
    const again = (order: 'oldest' | 'newest', ids: readonly EntryId[], { round = 0, count = 50 } = {}) =>
      readPage(reader, KEY, { order, count, held: { entries: [...held(ids)], round } })
    const pendingAgain = (entries: readonly HeldEntry[], round = 0) =>
      readPendingPage(reader, KEY, GROUP, { count: 50, bodies: true, held: { entries: [...entries], round } })
    /** As often as it takes to look for all of them. */
    async function rounds(order: 'oldest' | 'newest', ids: readonly EntryId[]): Promise<readonly EntryId[]> {
      let kept = ids
      for (let round = 0; round < 50 && kept.length === ids.length; round += 1) {
        kept = (await again(order, ids, { round })).kept ?? []
      }
      return kept
    }

    test('takes next to nothing, where nothing is new', async () => {
      const most = isWhole ? 6_000 : BYTES + 6_000
      await again('newest', IDS.toReversed())
      expect(await sent(() => again('newest', IDS.toReversed()))).toBeLessThan(most)
      expect(await sent(() => pendingAgain(held(IDS)))).toBeLessThan(most)
    })

    test.each(['oldest', 'newest'] as const)('brings what is new: %s first', async (order) => {
      for (const id of ['51-0', '52-0']) await direct.xadd('orders', id, 'n', 'new')
      const ids = order === 'oldest' ? IDS : IDS.toReversed()
      const page = await again(order, ids, { count: 60 })
      expect(page.entries.map(({ id }) => id)).toEqual(order === 'oldest' ? ['51-0', '52-0'] : ['52-0', '51-0'])
      expect([page.kept, page.next]).toEqual([ids, null])
    })

    test('tells what is gone, by the time that each was looked for', async () => {
      await direct.xdel('orders', '7-0')
      expect(await rounds('newest', IDS.toReversed())).toEqual(IDS.filter((id) => id !== '7-0').toReversed())
    })

    test('of a stretch that was trimmed away nothing is kept in the end', async () => {
      await direct.xtrim('orders', 'MAXLEN', 2)
      let ids: readonly EntryId[] = IDS
      for (let round = 0; round < 200; round += 1) {
        const page = await again('oldest', ids, { round })
        ids = [...(page.kept ?? []), ...page.entries.map(({ id }) => id)]
      }
      expect(ids).toEqual(['49-0', '50-0'])
    })

    test('of another stream of that name nothing is kept in the end', async () => {
      await direct.del('orders')
      await direct.xadd('orders', '20-1', 'n', 'another')
      let ids: readonly EntryId[] = IDS
      for (let round = 0; round < 200; round += 1) {
        const page = await again('oldest', ids, { round })
        ids = [...(page.kept ?? []), ...page.entries.map(({ id }) => id)]
      }
      expect(ids).toEqual(isWhole ? ['20-1'] : expect.not.arrayContaining(['21-0']))
    })

    test('a stream that is gone is told, whatever was held of it', async () => {
      await direct.del('orders')
      await expect(again('newest', IDS)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      const entries: HeldEntry[] = [...held(IDS, 9_000_000)]
      await expect(
        readPage(reader, KEY, { order: 'newest', count: 50, held: { entries, round: 0 } }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('more that is new than a page has ends the page before what is held', async () => {
      for (let at = 51; at <= 130; at += 1) await direct.xadd('orders', `${at}-0`, 'n', 'new')
      const page = await again('newest', IDS.toReversed())
      expect([page.entries.length, page.kept, page.next]).toEqual([50, [], '81-0'])
    })

    test('the pending list brings bodies that are not held, and what was acked is not in it', async () => {
      await direct.xack('orders', 'billing', '3-0')
      const { entries } = await pendingAgain(held(IDS.filter((id) => id !== '9-0')))
      expect(entries.map(({ id }) => id)).toEqual(IDS.filter((id) => id !== '3-0'))
      expect(entries.filter(({ body }) => body !== null).map(({ id }) => id)).toEqual(['9-0'])
    })

    test('a pending entry whose body goes is told by the time that it was looked for; one that was gone is not looked for', async () => {
      await direct.xdel('orders', '7-0', '8-0')
      const entries = held(IDS).map(([id, size]): HeldEntry => [id, id === '8-0' ? 0 : size])
      const states = new Map<EntryId, boolean | null>()
      for (let round = 0; round < 50; round += 1) {
        for (const { id, inStream } of (await pendingAgain(entries, round)).entries) {
          if (inStream !== null) states.set(id, inStream)
        }
      }
      expect([...states].filter(([, isThere]) => !isThere).map(([id]) => id)).toEqual(['7-0'])
      expect(states.has('8-0')).toBe(false)
    })
  })
})
