import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newestRedis } from '../../../helpers/available-servers'
import { describeUnless } from '../../../helpers/describe-unless'
import { noSshd } from '../../../helpers/ssh-server'
import { everything, openSluice, type Sluice } from '../recovery/recovery-kit'
import { proofs } from './proofs'
import { prove } from './prove'
import { seedTestBed, type TestBed } from './test-bed'
import { startReplica, WAYS, type WayIn } from './ways-in'

/** Where most is offered. */
const { name: VERSION } = newestRedis()
const named = proofs.map((proof) => [proof.action, proof] as const)

const open = (way: WayIn): Promise<Sluice> =>
  openSluice(way.profile, way.password ?? null, {}, way.secrets, way.hostKey)
/** One slot of a cluster: what is made beside a stream lies beside it. */
const keyOf = (action: string): string => `{on:${action}}`

/** What is only looked at, as the first screen, the entries and the live tail do. */
const LOOKS: Readonly<Record<string, (bed: TestBed) => Promise<unknown>>> = {
  async Discover({ sluice: { api, connectionId }, key }) {
    const found = new Set<unknown>()
    for await (const event of await api.stream.discover({ connectionId, fresh: true })) {
      for (const each of event.keys) found.add(each)
      if (event.state === 'done') break
    }
    expect([...found]).toContain(key)
  },
  async Browse({ sluice: { api, connectionId }, key }) {
    const on = { connectionId, key }
    expect((await api.entry.page({ ...on, order: 'newest', count: 10 })).entries[0]?.id).toBe('9-0')
    expect(await api.stream.info(on)).toMatchObject({ length: 7 })
    expect((await api.pending.page({ ...on, group: 'billing', count: 10, bodies: true })).entries).toHaveLength(7)
  },
  async 'Live tail'({ sluice: { api, connectionId }, direct, key }) {
    const leave = new AbortController()
    const events = await api.entry.tail({ connectionId, key }, { signal: leave.signal })
    const first = events.next()
    let id = 10
    const feed = setInterval(() => void direct.xadd(key, `${(id += 1)}-0`, 'n', 'new').catch(() => undefined), 50)
    try {
      const { value } = await first
      expect(value).toMatchObject({ entries: [{ fields: [{ name: 'n', value: 'new' }] }] })
    } finally {
      clearInterval(feed)
      leave.abort()
    }
  },
}

describe.each(Object.entries(WAYS))('by %s', (name, start) => {
  let way: WayIn
  let sluice: Sluice
  beforeAll(async () => {
    way = await start(VERSION)
    sluice = await open(way)
  })
  afterAll(async () => {
    await sluice.stop()
    await way.stop()
  })
  const bedOf = async (action: string): Promise<TestBed> => {
    const key = keyOf(action)
    const direct = await way.directOf(key)
    // What a first try left, where a test is tried again.
    for (const left of await direct.keys(`${key}*`)) await direct.del(left)
    return { sluice, key, direct }
  }

  test.for(Object.entries(LOOKS))('%s', async ([action, look], { task }) => {
    Object.assign(task.meta, { action, way: name })
    const bed = await bedOf(action)
    await seedTestBed(bed)
    await look(bed)
  })

  test.for(named)('%s: planned, run, and undone where it can be', async ([action, proof], { task }) => {
    task.meta.way = name
    await prove(proof, await bedOf(action), VERSION, task.meta)
  })
})

describeUnless(noSshd, 'by SSH', () => {
  test('it is among the ways', () => expect(Object.keys(WAYS)).toEqual(expect.arrayContaining(['SSH', 'SSH+cluster'])))
})

describe('by a replica', () => {
  let way: Awaited<ReturnType<typeof startReplica>>
  let sluice: Sluice
  beforeAll(async () => {
    way = await startReplica(VERSION)
    sluice = await open(way)
  })
  afterAll(async () => {
    await sluice.stop()
    await way.stop()
  })
  /** Seeded on the primary, and arrived. */
  const bedOf = async (action: string): Promise<TestBed> => {
    const bed = { sluice, key: keyOf(action), direct: await way.directOf('') }
    await seedTestBed(bed)
    await bed.direct.wait(1, 10_000)
    return bed
  }

  test.for(Object.entries(LOOKS))('%s', async ([action, look], { task }) => {
    Object.assign(task.meta, { action, way: 'replica' })
    await look(await bedOf(action))
  })

  test.for(named.filter(([, { prepare, on }]) => !prepare && (on?.(VERSION) ?? true)))(
    '%s: refused before anything is sent, and it says why',
    async ([action, proof], { task }) => {
      Object.assign(task.meta, { action, way: 'replica', refused: true })
      const bed = await bedOf(action)
      const before = await everything(way.replica, bed.key)
      const refused = await (async () => (await proof.plan(bed))())().then(
        () => 'done',
        (error: unknown) => error,
      )
      expect(refused).toMatchObject({ code: 'UNSUPPORTED', data: { reason: { code: 'connection.replica' } } })
      expect(await everything(way.replica, bed.key)).toEqual(before)
    },
  )
})
