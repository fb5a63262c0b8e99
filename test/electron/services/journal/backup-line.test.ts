import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { holdAt, idsFrom, KEY, ofConsumer, openSluice, seed, type Sluice } from '../recovery/recovery-kit'
import { claimRecord, counts, useJournals } from './journal-kit'

const kit = useJournals()
const done = { state: 'done', counts: counts({ changed: 1 }), error: null } as const

describe('a record names its backup', () => {
  test('also when it never ended, after a restart, and of whatever process', async () => {
    const journal = await kit.open()
    const record = await journal.begin(claimRecord())
    await record.backup('/backups/a.jsonl')
    expect((await journal.record(record.id)).backupFile).toBe('/backups/a.jsonl')
    const again = await kit.open()
    expect(await again.record(record.id)).toMatchObject({ backupFile: '/backups/a.jsonl', endedAt: null })
    await record.end(done)
    expect((await again.record(record.id)).backupFile).toBe('/backups/a.jsonl')
  })

  test('once, however often more is saved into it', async () => {
    const record = await (await kit.open()).begin(claimRecord())
    for (let part = 0; part < 3; part += 1) await record.backup('/backups/a.jsonl')
    expect(kit.text(kit.names()[0] ?? '').match(/"t":"backup"/g)).toHaveLength(1)
  })
})

describe('on the disk before the first of it goes', () => {
  let redis: TestRedis
  let direct: Redis
  let proxy: FaultProxy
  let sluice: Sluice
  beforeAll(async () => {
    redis = await startRedis()
    direct = redis.client()
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await direct.flushall()
    await seed(direct, { held: { alice: idsFrom(1, 10) } })
    proxy = await startFaultProxy(redis)
    sluice = await openSluice(redis.connection({ endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } }))
  })
  afterEach(async () => {
    proxy.resume()
    await sluice.stop()
    await proxy.stop()
  })

  const runs: Record<string, () => Promise<Job>> = {
    trim: async () => {
      const subject = { connectionId: sluice.connectionId, key: KEY }
      const strategy = { kind: 'maxlen', maxlen: 5 } as const
      const { id } = await sluice.api.trim.plan({ ...subject, strategy, approximate: false, limit: 1_000 })
      return sluice.api.trim.run({ ...subject, planId: id, backup: true })
    },
    'ack and delete': async () =>
      sluice.run(
        await sluice.plan(ofConsumer('alice'), { kind: 'ackDelete', references: 'KEEPREF', keepBodies: true }),
      ),
    delete: async () => {
      const subject = { connectionId: sluice.connectionId, key: KEY }
      const selection = { kind: 'ids' as const, ids: idsFrom(1, 5) }
      const { id } = await sluice.api.entry.planDelete({ ...subject, selection, references: 'KEEPREF' })
      return sluice.api.entry.delete({ ...subject, planId: id, backup: true })
    },
  }

  test.each(Object.keys(runs))('the journal names the backup of a %s', async (what) => {
    const held = holdAt(proxy, ([name = '', ...args]) => /^(XTRIM|XDEL|XDELEX|EVAL)$/.test(name) && args.includes(KEY))
    const running = await runs[what]?.()
    await held
    // As the disk has it while the command is under way: what a crash would leave.
    const { records } = await sluice.api.journal.list({ count: 1 })
    expect(records).toMatchObject([{ id: running?.recordId, state: 'running' }])
    expect(readFileSync(records[0]?.backupFile ?? '', 'utf8')).toContain('"id":"5-0"')
    proxy.resume()
    if (running) expect(await sluice.finished(running)).toMatchObject({ state: 'done' })
  })
})
