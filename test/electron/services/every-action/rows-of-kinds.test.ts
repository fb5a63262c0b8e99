import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KINDS, type GoneEntries } from '../../../../shared/model/kinds'
import { newestRedis } from '../../../helpers/available-servers'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { openSluice, type Held, type Sluice } from '../recovery/recovery-kit'
import { proofs } from './proofs'
import { ALICE, idsIn, pending, seedTestBed, type TestBed } from './test-bed'

// What a row of the table says of a kind is what its actions do.
const version = newestRedis().name
const recoveries = proofs.filter(({ kind, on, prepare }) => {
  const isHere = on?.(version) ?? true
  return isHere && KINDS[kind].gone !== null && prepare === undefined
})
const GONE = '2-0'

let redis: TestRedis
let direct: Redis
let sluice: Sluice
beforeAll(async () => {
  redis = await startRedis({ version })
  direct = redis.client({ stringNumbers: true })
  sluice = await openSluice(redis.connection())
})
afterAll(async () => {
  await sluice.stop()
  await redis.stop()
})

/** What is gone from the stream is still pending afterwards: as it was, or with another holder; or no longer. */
const AFTER: Readonly<Record<GoneEntries, 'as it was' | 'with another' | 'no longer'>> = {
  'left-out': 'as it was',
  // The proofs don't ask for them.
  'as-asked': 'as it was',
  dropped: 'no longer',
  acked: 'no longer',
  sent: 'with another',
}

test.each(recoveries)('$action: its row tells what becomes of entries', async (proof) => {
  const row = KINDS[proof.kind]
  const bed: TestBed = { sluice, direct, key: `row:${proof.action}` }
  await seedTestBed(bed)
  await direct.xdel(bed.key, GONE)
  const before = { held: await holders(bed), ids: await idsIn(bed, bed.key) }
  const run = await proof.plan(bed)
  expect(await run()).toMatchObject({ state: 'done' })
  const after = { held: await holders(bed), ids: await idsIn(bed, bed.key) }

  const holder = after.held.get(GONE)
  const became = holder === undefined ? 'no longer' : holder === before.held.get(GONE) ? 'as it was' : 'with another'
  expect(became).toBe(row.gone === null ? null : AFTER[row.gone])

  const left = before.ids.filter((id) => !after.ids.includes(id))
  if (left.length > 0) expect(row.removesEntries).toBe(true)

  const others = ALICE.filter((id) => id !== GONE)
  const isMoved = others.every((id) => after.held.get(id) && after.held.get(id) !== before.held.get(id))
  expect(isMoved).toBe(row.followed)
})

const holders = async (bed: TestBed): Promise<ReadonlyMap<string, Held[1]>> =>
  new Map((await pending(bed)).map(([id, consumer]) => [id, consumer]))
