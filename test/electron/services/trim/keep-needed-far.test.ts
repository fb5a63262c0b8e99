import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { fill, idsOf, KEY, maxlen, openTrimWorld, type TrimWorld } from './trim-world'

let world: TrimWorld
let direct: Redis
beforeAll(async () => {
  world = await openTrimWorld()
  direct = world.direct
})
afterAll(() => world.stop())
beforeEach(() => direct.flushall())

const plan = (entries: number) => world.plan(maxlen(entries), { limit: 50_000, keepNeeded: true })

test('where both ends lie farther in than a plan reads, the run finds them, and keeps what is needed', async () => {
  await fill(direct, 330_000)
  await direct.xgroup('CREATE', KEY, 'slow', '120000-0')
  const made = await plan(110_000)
  expect(made).toMatchObject({
    removes: { certainty: 'atMost' },
    firstKept: null,
    needed: { first: { id: '120000-1', group: 'slow', by: 'unread' }, keeps: null },
  })
  const job = await world.run(made, true)
  expect(job).toMatchObject({ state: 'done', counts: { changed: 120_000 } })
  expect((await direct.xrange(KEY, '-', '+', 'COUNT', 1))[0]?.[0]).toBe('120001-0')
}, 60_000)

test('where only the limit lies so far in, the need decides, exactly', async () => {
  await fill(direct, 230_000)
  await direct.xgroup('CREATE', KEY, 'slow', '50000-0')
  const made = await plan(110_000)
  expect(made).toMatchObject({
    removes: { value: 50_000, certainty: 'exact' },
    firstKept: '50001-0',
    needed: { keeps: { value: 70_000, certainty: 'exact' } },
  })
  expect(await world.run(made)).toMatchObject({ state: 'done', counts: { changed: 50_000 } })
}, 60_000)

test('a server without MINID removes the entries themselves, and none that is needed', async () => {
  let proxy: FaultProxy | null = null
  const old = await openTrimWorld({
    profile: async (redis) => {
      proxy = await startFaultProxy(redis)
      const named = (name: string | undefined, wanted: string) => name?.toUpperCase() === wanted
      const refuse = { kind: 'answer', reply: '-ERR syntax error\r\n' } as const
      void proxy.fault(([name, , how]) => named(name, 'XTRIM') && named(how, 'MINID'), refuse, Infinity)
      return { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } }
    },
  })
  try {
    await fill(old.direct, 3_000)
    await old.direct.xgroup('CREATE', KEY, 'slow', '1000-0')
    const made = await old.plan(maxlen(500), { limit: 250, keepNeeded: true })
    expect(made).toMatchObject({ removes: { value: 1_000 }, needed: { keeps: { value: 1_500 } } })
    await old.direct.xgroup('SETID', KEY, 'slow', '600-0')
    expect(await old.run(made)).toMatchObject({ state: 'done', counts: { changed: 600, leftAlone: 400 } })
    expect((await idsOf(old.direct))[0]).toBe('601-0')
  } finally {
    await old.stop()
    await (proxy as FaultProxy | null)?.stop()
  }
})
