import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ORPCError } from '@orpc/server'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { journalActions } from '../../../../shared/model/kinds'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { everything, GROUP, openSluice, pendingOf, type Sluice } from '../recovery/recovery-kit'
import { seedTestBed, type TestBed } from './test-bed'
import { proofs } from './proofs'
import { sentence } from '../../../../shared/words/messages'
import { sentencesIn } from '../../../helpers/sentences-in'
import { errorText } from '../../../../shared/words/errors'

declare module 'vitest' {
  interface TaskMeta {
    /** The action that a test is about, and why its server can't do it, if so: `build/matrix.mjs` makes a table of them. */
    action?: string
    notOffered?: string
  }
}

const named = proofs.map((proof) => [proof.action, proof] as const)

/** Why the server can't do it. Any other refusal fails the test. */
function whyNotOffered(error: unknown): string {
  if (error instanceof ORPCError && error.code === 'UNSUPPORTED') {
    const data: unknown = error.data
    return errorText({ code: 'UNSUPPORTED', data })
  }
  throw error
}

test('every kind has its proof; that of the undo is in each of them', () => {
  const proven = new Set([...proofs.map(({ kind }) => kind), 'undo'])
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
    task.meta.action = proof.action
    const bed: TestBed = { sluice, direct, key: `on:${proof.action}` }
    await seedTestBed(bed)
    await proof.prepare?.(bed)
    const [before, whole] = [await pendingOf(direct, bed.key, GROUP).catch(() => []), await everything(direct, bed.key)]

    const run = await proof.plan(bed).catch(whyNotOffered)
    expect(await everything(direct, bed.key)).toEqual(whole)
    expect(typeof run === 'function', String(run)).toBe(proof.on?.(server) ?? true)
    if (typeof run !== 'function') {
      task.meta.notOffered = run
      return
    }

    const job = await run()
    await proof.after(bed)
    if (job === null) return
    expect(job).toMatchObject({ state: 'done', undoable: proof.undone !== null })
    if (proof.undone === null) await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    else {
      expect(await sluice.undo(job)).toMatchObject({ state: 'done' })
      await proof.undone(bed, before)
    }
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
