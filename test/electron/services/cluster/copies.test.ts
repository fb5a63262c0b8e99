import { Cluster, type Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import { newestRedis } from '../../../helpers/available-servers'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import { GROUP, ofConsumer, openSluice, pendingOf, type Sluice } from '../recovery/recovery-kit'
import { idsIn, seedTestBed, type TestBed } from '../every-action/test-bed'

const { name: server } = newestRedis()

let cluster: TestCluster
let direct: Redis
let sluice: Sluice
beforeAll(async () => {
  cluster = await startCluster({}, { version: server })
  const seeds = cluster.nodes.map(({ host, port }) => ({ host, port }))
  // Of the same commands, as far as these tests go.
  direct = new Cluster(seeds, { redisOptions: { stringNumbers: true } }) as unknown as Redis
  const profile: ConnectionProfile = cluster.nodes[0]!.connection({
    endpoint: { kind: 'cluster', nodes: seeds.slice(0, 1) },
  })
  sluice = await openSluice(profile)
})
afterAll(async () => {
  await sluice.stop()
  direct.disconnect()
  await cluster.stop()
})

test('a dead-letter stream is made in the slot of its stream', async () => {
  const bed: TestBed = { sluice, direct, key: 'plain' }
  await seedTestBed(bed)
  const job = await sluice.recover(
    ofConsumer('alice'),
    { kind: 'deadLetter', stream: null, reason: 'poison', maxLen: null },
    bed.key,
  )
  expect(job).toMatchObject({ state: 'done', counts: { changed: 6 } })
  expect(await idsIn(bed, '{plain}:dead')).toHaveLength(6)
  expect(await sluice.undo(job)).toMatchObject({ state: 'done' })
  expect(await idsIn(bed, '{plain}:dead')).toEqual([])
})

test('copies go to a stream in another slot, are acked after, and come back', async () => {
  const bed: TestBed = { sluice, direct, key: 'far' }
  await seedTestBed(bed)
  const before = await pendingOf(direct, bed.key, GROUP)
  const near = await cluster.ownerOf('far')
  let elsewhere = 'elsewhere'
  while ((await cluster.ownerOf(elsewhere)) === near) elsewhere += '-'
  const job = await sluice.recover(
    ofConsumer('alice'),
    { kind: 'requeue', stream: elsewhere, provenance: true },
    bed.key,
  )
  expect(job).toMatchObject({ state: 'done', counts: { changed: 6 } })
  expect(await idsIn(bed, elsewhere)).toHaveLength(6)
  expect(await sluice.undo(job)).toMatchObject({ state: 'done' })
  expect(await idsIn(bed, elsewhere)).toEqual([])
  expect(await pendingOf(direct, bed.key, GROUP)).toEqual(before)
})
