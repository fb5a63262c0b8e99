import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { journalActions } from '../../../../shared/model/kinds'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { openSluice, type Sluice } from '../recovery/recovery-kit'
import { proofs } from './proofs'
import { prove } from './prove'
import { sentence } from '../../../../shared/words/messages'
import { sentencesIn } from '../../../helpers/sentences-in'

const named = proofs.map((proof) => [proof.action, proof] as const)

test('every kind has its proof; that of the undo is in each of them', () => {
  // What only looks is no more than its record.
  const proven = new Set([...proofs.map(({ kind }) => kind), 'undo', 'show masked'])
  expect([...proven].sort()).toEqual([...journalActions].sort())
})

onEachServer('on %s', (server) => {
  let redis: TestRedis
  let direct: Redis
  let sluice: Sluice
  beforeAll(async () => {
    redis = await startRedis({ version: server })
    direct = redis.client({ stringNumbers: true })
    sluice = await openSluice(redis.connection())
  })
  afterAll(async () => {
    await sluice.stop()
    await redis.stop()
  })

  test.for(named)('%s: planned by reading only, run, and undone where it can be', async ([, proof], { task }) => {
    await prove(proof, { sluice, direct, key: `on:${proof.action}` }, server, task.meta)
  })

  test('the journal of all that is of format 2 and has no sentence in it', async () => {
    // Also where something was refused.
    await sluice.api.entry
      .add({ connectionId: sluice.connectionId, key: 'on:nothing', id: '0-0', fields: [['a', 'b']], create: true })
      .catch(() => undefined)
    const folder = join(sluice.dataDir, 'journal')
    const lines = readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
      .map((line): unknown => JSON.parse(line))
    expect(lines[0]).toEqual({ t: 'format', version: 2 })
    // The keys of the proofs read like sentences.
    const isKey = (text: string): boolean => /^\{?on:/.test(text)
    expect(lines.flatMap(sentencesIn).filter((text) => !isKey(text))).toEqual([])
    const begun = lines.filter((line) => (line as { t: string }).t === 'begin')
    expect(begun.length).toBeGreaterThan(0)
    for (const each of begun) expect(each).toMatchObject({ summary: { params: {} }, undo: { note: { params: {} } } })
    const { records } = await sluice.api.journal.list({ count: 100 })
    expect(records.filter(({ summary }) => sentence(summary) === summary.code)).toEqual([])
  })
})
