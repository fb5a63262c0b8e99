import { expect } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { TestRedis } from '../../../helpers/redis-server'
import { GROUP, ofConsumer, type Sluice } from './recovery-kit'

/** A stream whose group has all of its entries pending with `alice`: so many that a server can be lost in mid-job. */
export const BIG = { key: 'big', count: 20_000 }
export const HASTE = { connectTimeoutMs: 1_000, commandTimeoutMs: 1_500, reconnectMs: 20 }

/** Resolves once a replica has all of it. */
export async function seedBig(primary: TestRedis): Promise<void> {
  const direct = primary.client({ stringNumbers: true })
  for (let from = 0; from < BIG.count; from += 1_000) {
    const pipeline = direct.pipeline()
    for (let at = from + 1; at <= from + 1_000; at += 1) pipeline.xadd(BIG.key, `${at}-0`, 'n', at)
    await pipeline.exec()
  }
  await direct.xgroup('CREATE', BIG.key, GROUP, '0')
  await direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', BIG.count, 'STREAMS', BIG.key, '>')
  await direct.xgroup('CREATECONSUMER', BIG.key, GROUP, 'bob')
  expect(await direct.wait(1, 10_000)).toBe('1')
}

/** How many of them each holds at this server. */
export async function heldAt(server: TestRedis): Promise<Readonly<Record<string, number>>> {
  const rows = (await server.client().xpending(BIG.key, GROUP)) as [number, string, string, [string, string][] | null]
  return Object.fromEntries((rows[3] ?? []).map(([consumer, count]) => [consumer, Number(count)]))
}

/** A claim from `alice` to `bob` that has changed something already. */
export async function begunClaim(sluice: Sluice): Promise<Job> {
  const job = await sluice.run(
    await sluice.plan(ofConsumer('alice'), { kind: 'claim', to: 'bob', includeGone: false }, BIG.key),
  )
  for await (const each of await sluice.api.job.watch()) {
    if (each.id === job.id && each.counts.changed > 0) return each
  }
  throw new Error('it never began')
}

/** The replica is primary, and Sluice knows. */
export async function takenOver(replica: TestRedis, sluice: Sluice): Promise<void> {
  await expect.poll(() => replica.cli('ROLE'), { timeout: 20_000 }).toMatch(/^master/)
  const isRead = () =>
    sluice.api.stream.info({ connectionId: sluice.connectionId, key: BIG.key }).then(
      () => true,
      () => false,
    )
  await expect.poll(isRead, { timeout: 20_000 }).toBe(true)
}
