import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { counts, holdAt, idsFrom, seed } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { backupPaths, KEY, rebuild, trimTo } from './restore-kit'
import { factsOf } from './stream-facts'

const world = useOneServer()
const MADE = `${KEY}:restored`

/** 250 entries of which the first 240 are trimmed away after a backup; ann holds 20. */
let file: string
beforeEach(async () => {
  const { direct, sluice } = world
  await seed(direct, { held: { ann: idsFrom(1, 20) } })
  const pipeline = direct.pipeline()
  for (const id of idsFrom(21, 230)) pipeline.xadd(KEY, id, 'n', id)
  await pipeline.exec()
  file = await trimTo(sluice, 10)
})

const backup = (): string => backupPaths(world.sluice)[0] ?? ''

describe('the new key is not taken away', () => {
  const refused = { code: 'BAD_INPUT', data: { field: 'recordId' } }
  const failed = { state: 'failed', error: { code: 'BAD_INPUT' } }

  async function stays(change: () => Promise<unknown>): Promise<void> {
    const { direct, sluice } = world
    const job = await rebuild(sluice, file)
    await change()
    const held = await factsOf(direct, MADE)
    const { api, connectionId } = sluice
    const looking = async () => {
      for await (const event of await api.recovery.planUndo({ connectionId, recordId: job.recordId })) void event
    }
    await expect(looking()).rejects.toMatchObject(refused)
    expect(await sluice.undo(job)).toMatchObject(failed)
    expect(await factsOf(direct, MADE)).toEqual(held)
  }

  test('when it was added to', async () => {
    await stays(() => world.direct.xadd(MADE, '*', 'n', 'new'))
  })

  test('when a group has read on from it, or one was made', async () => {
    await stays(() => world.direct.xgroup('CREATE', MADE, 'new', '0'))
    await world.direct.del(MADE)
    await stays(() => world.direct.xreadgroup('GROUP', 'billing', 'ann', 'COUNT', 1, 'STREAMS', MADE, '>'))
  })

  test('when the backup is gone, so that it alone holds the entries', async () => {
    await stays(() => Promise.resolve(rmSync(backup())))
  })

  test('when the backup holds something else under the id of an entry', async () => {
    await stays(() => {
      const text = readFileSync(backup(), 'utf8')
      const line = text.split('\n').find((each) => each.includes('"5-0"')) ?? ''
      writeFileSync(backup(), text.replace(line, line.replaceAll('"5-0"]', '"other"]')))
      return Promise.resolve()
    })
  })

  test('when the stream lost what it alone had', async () => {
    await stays(() => world.direct.xdel(KEY, '245-0'))
  })

  test('when it is gone already', async () => {
    const job = await rebuild(world.sluice, file)
    await world.direct.del(MADE)
    expect(await world.sluice.undo(job)).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND' } })
  })

  test('when entries come in the very moment', async () => {
    const job = await rebuild(world.sluice, file)
    const reached = holdAt(world.proxy, (args) => args[0] === 'XRANGE' && args[1] === MADE && args[2] === '-')
    const { connectionId, api, finished } = world.sluice
    const undo = await api.recovery.undo({ connectionId, recordId: job.recordId })
    await reached
    await world.direct.xadd(MADE, '*', 'n', 'new')
    world.proxy.resume()
    expect(await finished(undo)).toMatchObject({ ...failed, counts: counts({}) })
    expect(await world.direct.xlen(MADE)).toBe(251)
  })
})
