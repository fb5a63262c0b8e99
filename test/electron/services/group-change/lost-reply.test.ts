import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import type { GroupChange } from '../../../../shared/model/group-change'
import type { Job } from '../../../../shared/model/job'
import {
  counts,
  idsFrom,
  isOpen,
  onEveryServer,
  pendingOf,
  seed,
  serverTime,
  GROUP,
  KEY,
} from '../recovery/recovery-kit'

const position = async (direct: Redis): Promise<unknown> => {
  const [flat = []] = (await direct.xinfo('GROUPS', KEY)) as unknown[][]
  return flat[flat.indexOf('last-delivered-id') + 1]
}
const readOn = (direct: Redis, count: number) =>
  direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', count, 'STREAMS', KEY, '>')

/** The reply to the script that sets the id is lost, once it was carried out (`cut-before-reply`) or before it came. */
onEveryServer((world) => {
  const on = () => ({ connectionId: world.sluice.connectionId, key: KEY, group: GROUP })
  /** Ten entries, of which alice was given five; nobody was seen in the last 20 ms. */
  async function half(): Promise<void> {
    const { direct } = world
    await seed(direct, { held: { alice: idsFrom(1, 5) } })
    for (const id of idsFrom(6, 5)) await direct.xadd(KEY, id, 'n', id)
    const from = await serverTime(direct)
    await expect.poll(() => serverTime(direct)).toBeGreaterThan(from + 20)
  }
  async function change(what: GroupChange): Promise<Job> {
    const { api, finished } = world.sluice
    const { id: planId } = await api.group.planChange({ ...on(), change: what })
    return finished(await api.group.change({ ...on(), planId }))
  }
  /** `meanwhile`: once the script was lost, and before anything is read. */
  async function losing(
    kind: 'cut-before-reply' | 'cut-before-forward',
    start: () => Promise<Job>,
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Job> {
    const { proxy, sluice } = world
    const lost = proxy.fault('EVAL', { kind })
    proxy.refuse()
    const ending = start()
    await lost
    await meanwhile()
    proxy.accept()
    const job = await ending
    await isOpen(sluice)
    return job
  }
  const back: GroupChange = { kind: 'set id', to: '2-0' }
  const undoOf = (job: Job) => () => world.sluice.undo(job)

  test('an undo that was carried out is told as done, one that never came as not', async () => {
    await half()
    const job = await change(back)
    const never = await losing('cut-before-forward', undoOf(job))
    expect(never).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 1 }) })
    expect(await position(world.direct)).toBe('2-0')
    const done = await losing('cut-before-reply', undoOf(job))
    expect(done).toMatchObject({ state: 'interrupted', counts: counts({ changed: 1 }) })
    expect(await position(world.direct)).toBe('5-0')
  })

  test('one after which the group was read on is not called left alone, and neither is one that may have been', async () => {
    const { direct } = world
    await half()
    const job = await change(back)
    const readOnFrom = (from: string, entries: number) => async () => {
      await expect.poll(() => position(direct)).toBe(from)
      await readOn(direct, entries)
    }
    // It would have been there by itself as well: it reads 3 to 6.
    const maybe = await losing('cut-before-reply', undoOf(job), readOnFrom('5-0', 1))
    expect(maybe).toMatchObject({ state: 'interrupted', counts: counts({ unknown: 1 }) })
  })

  test('one that never came, to a group that reads on from where it was set, is told as such', async () => {
    await half()
    const job = await change(back)
    const readOne = () => readOn(world.direct, 1)
    const never = await losing('cut-before-forward', undoOf(job), readOne)
    expect(never).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 1 }) })
    expect(await position(world.direct)).toBe('3-0')
  })

  test('a change back that was carried out, and read on from, is told as done', async () => {
    const { direct } = world
    await half()
    const readOne = async () => {
      await expect.poll(() => position(direct)).toBe('2-0')
      await readOn(direct, 1)
    }
    const done = await losing('cut-before-reply', () => change(back), readOne)
    expect(done).toMatchObject({ state: 'interrupted', counts: counts({ changed: 1 }), undoable: true })
    expect(await position(direct)).toBe('3-0')
  })

  test('the undo of a removal whose reply is lost made the consumer only where it was not there', async () => {
    const { direct, proxy, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 3), idler: ['4-0'] } })
    await direct.xack(KEY, GROUP, '4-0')
    const job = await change({ kind: 'remove consumer', consumer: 'idler' })
    void proxy.fault('XGROUP', { kind: 'cut-before-reply' })
    expect(await sluice.undo(job)).toMatchObject({ state: 'interrupted', counts: counts({ changed: 1 }) })
    await isOpen(sluice)
    const again = await change({ kind: 'remove consumer', consumer: 'idler' })
    await direct.call('XREADGROUP', 'GROUP', GROUP, 'idler', 'STREAMS', KEY, '0')
    expect(await sluice.undo(again)).toMatchObject({ state: 'done', counts: counts({ leftAlone: 1 }) })
  })

  test('the undo of a destruction goes on to the end in another where making a consumer was lost', async () => {
    const { direct, proxy, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['4-0'] } })
    const before = await pendingOf(direct)
    const job = await change({ kind: 'destroy group' })
    void proxy.fault((args) => args[1] === 'CREATECONSUMER', { kind: 'cut-before-forward' })
    const first = await sluice.undo(job)
    expect(first).toMatchObject({ state: 'interrupted', counts: counts({ changed: 1 }) })
    await isOpen(sluice)
    expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 4 }) })
    expect(await pendingOf(direct)).toEqual(before)
  })

  test('so is a change', async () => {
    await half()
    const never = await losing('cut-before-forward', () => change(back))
    expect(never).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 1 }) })
    const done = await losing('cut-before-reply', () => change(back))
    expect(done).toMatchObject({ state: 'interrupted', counts: counts({ changed: 1 }) })
  })
})
