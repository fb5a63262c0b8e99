import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KINDS } from '../../../../shared/model/kinds'
import { newestRedis } from '../../../helpers/available-servers'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { everything, openSluice, type Sluice } from '../recovery/recovery-kit'
import { proofs } from './proofs'
import { seedTestBed, type TestBed } from './test-bed'

const server = newestRedis()
const jobs = proofs
  .filter(({ kind, on }) => KINDS[kind].job && (on?.(server.name) ?? true))
  .map((proof) => [proof.action, proof] as const)

let redis: TestRedis
let direct: Redis
let sluice: Sluice
beforeAll(async () => {
  redis = await startRedis({ version: server.name })
  direct = redis.client({ stringNumbers: true })
  sluice = await openSluice(redis.connection())
  // So that there is a journal.
  const { api, connectionId } = sluice
  await api.entry.add({ connectionId, key: 'first', id: '*', fields: [['a', 'b']], create: true })
})
afterAll(async () => {
  await sluice.stop()
  await redis.stop()
})

/** As when the disk is taken away, until it is given back. */
function takeJournal(): () => void {
  const folder = join(sluice.dataDir, 'journal')
  renameSync(folder, `${folder}.away`)
  writeFileSync(folder, '')
  return () => {
    rmSync(folder)
    renameSync(`${folder}.away`, folder)
  }
}

test.each(jobs)('%s: a run that is refused sends nothing, reserves nothing, and uses no plan up', async (_, proof) => {
  const bed: TestBed = { sluice, direct, key: `on:${proof.action}` }
  await seedTestBed(bed)
  await proof.prepare?.(bed)
  const run = await proof.plan(bed)
  const before = await everything(direct, bed.key)

  const giveBack = takeJournal()
  await expect(run()).rejects.toMatchObject({ code: 'STORAGE' })
  giveBack()
  expect(await everything(direct, bed.key)).toEqual(before)

  expect(await run()).toMatchObject({ state: 'done' })
  await proof.after(bed)
  // And no third time.
  await expect(run()).rejects.toMatchObject({ code: 'STALE_PLAN' })
})
