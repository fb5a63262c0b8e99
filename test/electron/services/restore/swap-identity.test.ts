import { ORPCError } from '@orpc/client'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { holdAt, idsFrom, named, seed, walked } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { addCopies, KEY, planSwap, rebuild, rewriteLines, startSwap, swap, trimTo } from './restore-kit'
import { saying } from '../../../helpers/saying'

const world = useOneServer()
const MADE = `${KEY}:restored`
const ASIDE = `${KEY}:before-restore`

/** A stream of 30 entries, trimmed to 10; and the job that restored it into a new key. */
let made: Job
let backup: string
beforeEach(async () => {
  const { direct, sluice } = world
  await seed(direct, { held: { ann: idsFrom(1, 6) } })
  for (const id of idsFrom(7, 24)) await direct.xadd(KEY, id, 'n', id)
  backup = await trimTo(sluice, 10)
  made = await rebuild(sluice, backup)
})

async function isBack(): Promise<void> {
  const { api, connectionId } = world.sluice
  const look = () =>
    api.stream.info({ connectionId, key: KEY }).then(
      () => true,
      (error: unknown) => error instanceof ORPCError && error.code === 'NOT_FOUND',
    )
  await expect.poll(look, { timeout: 20_000 }).toBe(true)
}
async function restarted(keepData: boolean): Promise<void> {
  await world.redis.restart({ keepData })
  await expect.poll(() => world.direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
  await isBack()
}
/** Deleted, and made by somebody else. */
async function anew(key: string, ids: readonly string[], body = 'another'): Promise<void> {
  await world.direct.del(key)
  for (const id of ids) await world.direct.xadd(key, id, 'n', body)
}
const catchingUp = (accepts?: string[]) => {
  const { api, connectionId } = world.sluice
  return api.restore.catchUp({ connectionId, recordId: made.recordId, accepts })
}
const undo = async ({ recordId }: Job, accepts: string[] = []) => {
  const { api, connectionId, finished } = world.sluice
  return finished(await api.recovery.undo({ connectionId, recordId, accepts }))
}
const doubtsOfUndo = async ({ recordId }: Job) => {
  const { api, connectionId } = world.sluice
  return (await walked(api.recovery.planUndo({ connectionId, recordId }))).ready.plan.doubts ?? []
}
const names = async (): Promise<readonly string[]> => (await world.direct.keys('*')).sort()
const lengths = async () => Promise.all([KEY, MADE, ASIDE].map((key) => world.direct.xlen(key)))
const BEFORE = [10, 30, 0]
const REFUSED = { code: 'BAD_INPUT', data: { field: 'recordId' } }
const ASKED = { code: 'BAD_INPUT', data: { field: 'accepts' } }

describe('a swap', () => {
  test('on another server at the same port, where both names hold something else, is refused; so is catching up', async () => {
    await restarted(false)
    await anew(KEY, idsFrom(21, 10))
    await anew(MADE, idsFrom(1, 30))
    await expect(planSwap(world.sluice, made)).rejects.toMatchObject(REFUSED)
    await expect(catchingUp()).rejects.toMatchObject(REFUSED)
    expect(await lengths()).toEqual(BEFORE)
  })

  test('on another server with other ids asks, and is done once that is accepted', async () => {
    await restarted(false)
    await anew(KEY, idsFrom(101, 30))
    await anew(MADE, idsFrom(101, 30))
    const plan = await planSwap(world.sluice, made)
    const behind = ['identity.stream-behind', 'identity.beside-behind']
    expect(plan.doubts?.map(({ code }) => code)).toEqual(['identity.started-anew', ...behind])
    await expect(startSwap(world.sluice, plan)).rejects.toMatchObject(ASKED)
    await expect(catchingUp()).rejects.toMatchObject(ASKED)
    expect(await lengths()).toEqual([30, 30, 0])
    const job = await startSwap(world.sluice, plan, ['identity.started-anew', ...behind])
    expect(await world.sluice.finished(job)).toMatchObject({ state: 'done' })
    expect(await lengths()).toEqual([30, 0, 30])
  })

  test('of a new key that others made anew asks by its name, or is refused where its ids are the same', async () => {
    await anew(MADE, idsFrom(100, 40))
    expect((await planSwap(world.sluice, made)).doubts).toEqual([
      saying(`None of the entries that ${MADE}`),
      expect.objectContaining({ code: 'identity.beside-behind' }),
    ])
    await anew(MADE, idsFrom(1, 30))
    await expect(planSwap(world.sluice, made)).rejects.toMatchObject({
      data: { problem: { code: 'identity.beside-anew' } },
    })
  })

  test.each([
    [MADE, REFUSED],
    [KEY, REFUSED],
  ])('looks at %s again when it is run', async (key, refusal) => {
    const plan = await planSwap(world.sluice, made)
    expect(plan.doubts).toBeUndefined()
    await anew(key, key === MADE ? idsFrom(1, 30) : idsFrom(21, 10))
    await expect(startSwap(world.sluice, plan)).rejects.toMatchObject(refusal)
    expect(await lengths()).toEqual(BEFORE)
  })

  test('of a key that the journal does not know asks', async () => {
    await rewriteLines(world.sluice, (line) => (line.startsWith('{"t":"made"') ? null : line))
    const plan = await planSwap(world.sluice, made)
    expect(plan.doubts).toEqual([saying('does not tell what')])
    await expect(startSwap(world.sluice, plan)).rejects.toMatchObject(ASKED)
    const job = await startSwap(world.sluice, plan, ['identity.beside-untold'])
    expect(await world.sluice.finished(job)).toMatchObject({ state: 'done' })
  })

  test('under another name of the server is done unasked, and so is its undo', async () => {
    const { api, connectionId, finished } = world.sluice
    await api.connection.remove({ connectionId })
    const endpoint = { kind: 'tcp', host: 'localhost', port: world.redis.port } as const
    const { id } = await api.connection.save({ profile: world.redis.connection({ name: 'again', endpoint }) })
    await api.connection.open({ connectionId: id })
    const again = { api, connectionId: id, finished }
    const plan = await planSwap(again, made)
    expect(plan.doubts).toBeUndefined()
    const { recordId } = await finished(await startSwap(again, plan))
    expect(await lengths()).toEqual([30, 0, 10])
    expect(await finished(await api.recovery.undo({ connectionId: id, recordId }))).toMatchObject({ state: 'done' })
    expect(await lengths()).toEqual(BEFORE)
  })
})

describe('the undo of a swap', () => {
  test.each([
    ['both streams', [KEY, ASIDE]],
    ['what has the name', [KEY]],
    ['what is aside', [ASIDE]],
  ])('of which %s was made anew at the same ids is refused', async (_, keys) => {
    const job = await swap(world.sluice, made)
    for (const key of keys) await anew(key, key === KEY ? idsFrom(1, 30) : idsFrom(21, 10))
    const before = await names()
    await expect(doubtsOfUndo(job)).rejects.toMatchObject(REFUSED)
    await expect(undo(job)).rejects.toMatchObject(REFUSED)
    expect([await names(), await lengths()]).toEqual([before, [30, 0, 10]])
  })

  test('asks where what is aside was made anew at other ids', async () => {
    const job = await swap(world.sluice, made)
    await anew(ASIDE, idsFrom(100, 30))
    expect(await doubtsOfUndo(job)).toEqual([
      saying(`None of the entries that ${ASIDE}`),
      expect.objectContaining({ code: 'identity.beside-behind' }),
    ])
    await expect(undo(job)).rejects.toMatchObject(ASKED)
    expect(await lengths()).toEqual([30, 0, 30])
    expect(await undo(job, ['identity.beside-nothing-met', 'identity.beside-behind'])).toMatchObject({ state: 'done' })
    expect(await lengths()).toEqual([30, 30, 0])
  })

  test('looks at both streams again right before it renames', async () => {
    const job = await swap(world.sluice, made)
    const { api, connectionId, finished } = world.sluice
    const reached = holdAt(world.proxy, (args) => args[0] === 'TYPE' && args[1] === MADE)
    const undoing = await api.recovery.undo({ connectionId, recordId: job.recordId })
    await reached
    await anew(ASIDE, idsFrom(21, 10))
    world.proxy.resume()
    expect(await finished(undoing)).toMatchObject({ state: 'failed', counts: { changed: 0 }, error: REFUSED })
    expect(await lengths()).toEqual([30, 0, 10])
  })

  test('whose reply was lost is judged as well', async () => {
    const { proxy, sluice } = world
    const plan = await planSwap(sluice, made)
    const reached = holdAt(proxy, named('EVAL'))
    const running = await startSwap(sluice, plan)
    await reached
    proxy.cut()
    proxy.resume()
    const job = await sluice.finished(running)
    await isBack()
    expect(await lengths()).toEqual([30, 0, 10])
    await anew(ASIDE, idsFrom(21, 10))
    await expect(undo(job)).rejects.toMatchObject(REFUSED)
    expect(await lengths()).toEqual([30, 0, 10])
  })
})

test('after a restart with the data nothing is asked: not by a swap, nor by the undo of any restore', async () => {
  await restarted(true)
  const plan = await planSwap(world.sluice, made)
  expect(plan.doubts).toBeUndefined()
  const swapped = await world.sluice.finished(await startSwap(world.sluice, plan))
  await restarted(true)
  expect(await doubtsOfUndo(swapped)).toEqual([])
  expect(await undo(swapped)).toMatchObject({ state: 'done' })
  const copied = await addCopies(world.sluice, backup)
  await restarted(true)
  expect(await doubtsOfUndo(copied)).toEqual([])
  expect(await undo(copied)).toMatchObject({ state: 'done', counts: { changed: 20 } })
  await restarted(true)
  expect(await doubtsOfUndo(made)).toEqual([])
  expect(await undo(made)).toMatchObject({ state: 'done' })
  expect(await lengths()).toEqual([10, 0, 0])
})
