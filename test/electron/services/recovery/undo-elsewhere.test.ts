import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import type { Job } from '../../../../shared/model/job'
import type { Message } from '../../../../shared/model/message'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import {
  ack,
  claimTo,
  counts,
  everything,
  GROUP,
  heldBy,
  idsFrom,
  KEY,
  ofConsumer,
  openSluice,
  seed,
  walked,
  type Sluice,
} from './recovery-kit'
import { saying } from '../../../helpers/saying'

let here: TestRedis
let there: TestRedis
let direct: Redis
let sluice: Sluice
beforeAll(async () => {
  ;[here, there] = await Promise.all([startRedis(), startRedis()])
  direct = here.client({ stringNumbers: true })
})
afterAll(() => Promise.all([here.stop(), there.stop()]))
beforeEach(async () => {
  for (const redis of [here, there]) {
    const client = redis.client()
    await client.flushall()
    await seed(client, { held: { alice: idsFrom(1, 5) } })
  }
  sluice = await openSluice(here.connection())
})
afterEach(() => sluice.stop())

/** The saved connection as a person edits it, open again. */
async function edit(profile: ConnectionProfile): Promise<void> {
  const { api, connectionId: id } = sluice
  await api.connection.save({ id, profile })
  await api.connection.open({ connectionId: id })
}
async function doubts({ recordId }: Job): Promise<readonly Message[]> {
  const { connectionId } = sluice
  return (await walked(sluice.api.recovery.planUndo({ connectionId, recordId }))).ready.plan.doubts ?? []
}
async function accepting({ recordId }: Job, ...accepts: string[]): Promise<Job> {
  const { connectionId } = sluice
  return sluice.finished(await sluice.api.recovery.undo({ connectionId, recordId, accepts }))
}
const addressOf = ({ host, port }: TestRedis, db = 0) => `${host}:${port}, database ${db}`

describe('an undo through a connection that leads elsewhere by now', () => {
  test.each(['another server', 'another database'])('%s: is refused, and nothing is touched there', async (where) => {
    const job = await sluice.recover(ofConsumer('alice'), ack)
    const elsewhere = where === 'another server' ? there : here
    const client = elsewhere.client(where === 'another server' ? {} : { db: 1 })
    // All looks as the ack left it, so that only the place can tell.
    if (where === 'another database') await seed(client, { held: { alice: idsFrom(1, 5) } })
    await client.xack(KEY, GROUP, ...idsFrom(1, 5))
    const before = await everything(client)
    await edit(where === 'another server' ? there.connection() : here.connection({ db: 1 }))
    const { connectionId } = sluice
    const refusal = { code: 'BAD_INPUT', data: { field: 'recordId' } }
    const { recordId } = job
    for (const refused of [
      () => walked(sluice.api.recovery.planUndo({ connectionId, recordId })),
      () => sluice.undo(job),
    ]) {
      const error: unknown = await refused().then(
        () => null,
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject(refusal)
      expect(error).toHaveProperty('data.problem', saying(`done on ${addressOf(here)}`))
      expect(error).toHaveProperty('data.remedy', saying(`lead to ${addressOf(here)} again`))
    }
    expect(await everything(client)).toEqual(before)
  })

  test('works once it leads there again', async () => {
    const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
    await edit(there.connection())
    await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await edit(here.connection())
    expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
    expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 5))
  })

  test('goes by the server: another name, user or colour is no other', async () => {
    const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
    await edit(here.connection({ name: 'renamed', color: 'red', username: 'default' }))
    expect(await doubts(job)).toEqual([])
    expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
  })

  test('holds for changes of a group too', async () => {
    const { api, connectionId } = sluice
    const where = { connectionId, key: KEY, group: GROUP }
    const { id } = await api.group.planChange({ ...where, change: { kind: 'set id', to: '2-0' } })
    const job = await sluice.finished(await api.group.change({ ...where, planId: id }))
    const client = there.client()
    await client.xgroup('SETID', KEY, GROUP, '2-0')
    await edit(there.connection())
    await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(await client.xinfo('GROUPS', KEY)).toMatchObject([expect.arrayContaining(['2-0'])])
  })
})

describe('an undo whose record or stream leaves it open where that was', () => {
  test('of a record that tells of no server asks, and is done once that is accepted', async () => {
    const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
    await sluice.restart(() => {
      const folder = join(sluice.dataDir, 'journal')
      for (const name of readdirSync(folder)) {
        const text = readFileSync(join(folder, name), 'utf8')
        expect(text).toContain('"server":{')
        writeFileSync(join(folder, name), text.replaceAll(/,"server":\{[^}]*\}/g, ''))
      }
    })
    expect(await doubts(job)).toEqual([saying('The journal does not tell on which server')])
    await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'accepts' } })
    expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 5))
    expect(await accepting(job, 'identity.no-server')).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
  })

  test('of a stream that was made anew says so in its preview, and asks', async () => {
    const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
    expect(await doubts(job)).toEqual([])
    await direct.del(KEY)
    await seed(direct, { held: { bob: idsFrom(1, 4) } })
    const [stream, group] = await doubts(job)
    expect([stream, group]).toEqual([saying('The stream is behind what it was then'), saying('The group is behind')])
    await expect(accepting(job, 'identity.group-behind')).rejects.toMatchObject({ data: { field: 'accepts' } })
    expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 4))
  })

  test('of a stream that only went on says nothing', async () => {
    const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
    await direct.xadd(KEY, '*', 'a', 'b')
    await direct.xdel(KEY, '1-0')
    expect(await doubts(job)).toEqual([])
  })

  test('of a stream that is gone is left to the undo to say', async () => {
    const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
    await direct.del(KEY)
    await expect(doubts(job)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
