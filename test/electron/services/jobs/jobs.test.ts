import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { unreachable } from '../../../../electron/redis/errors'
import { Interrupted } from '../../../../electron/services/jobs/interrupted'
import { AppError } from '../../../../shared/error'
import { byHand, step, steps, throwing, useJobs } from './job-kit'
import { claimRecord, counts } from '../journal/records-for-tests'
import { message } from '../../../../shared/words/messages'

const kit = useJobs()

describe('a job', () => {
  test('adds up its batches, and is done once its end is in the journal', async () => {
    const hand = byHand(2)
    const job = await kit.start(hand.work, {}, 2)
    expect(job).toMatchObject({ state: 'running', done: 0, total: 2, counts: counts(), endedAt: null, error: null })
    hand.go()
    await kit.until(job.id, ({ done }) => done === 1)
    hand.go()
    const last = await kit.ended(job.id)
    expect(last).toMatchObject({ state: 'done', done: 2, counts: { changed: 2 }, undoable: true })
    const { record } = await kit.journal.get(job.recordId)
    expect(record).toMatchObject({ state: 'done', counts: { changed: 2 }, error: null })
  })

  test('takes what its batches tell of the total, and never shows less of it than was done', async () => {
    const job = await kit.start(() => steps({ ...step(3), total: 5 }, step(4), { ...step(0), total: 7 }), {}, 2)
    expect(await kit.ended(job.id)).toMatchObject({ done: 7, total: 7 })
  })

  test('journals where its backup is', async () => {
    const job = await kit.start(() => steps({ ...step(0), backupFile: '/backup.jsonl' }, step(10)))
    await kit.ended(job.id)
    expect((await kit.journal.get(job.recordId)).record.backupFile).toBe('/backup.jsonl')
  })

  test('is cancelled between two batches: what was done is counted, and no further batch begins', async () => {
    const hand = byHand(10)
    const job = await kit.start(hand.work)
    hand.go()
    await kit.until(job.id, ({ done }) => done === 1)
    kit.jobs.cancel(job.id)
    // The batch in flight ends first.
    expect((await kit.journal.get(job.recordId)).record.state).toBe('running')
    hand.go()
    hand.go()
    expect(await kit.ended(job.id)).toMatchObject({ state: 'cancelled', done: 2, counts: { changed: 2 }, error: null })
    expect(hand.begun).toBe(2)
    expect((await kit.journal.get(job.recordId)).record).toMatchObject({ state: 'cancelled', counts: { changed: 2 } })
  })

  test('lets its work tidy up when it is cancelled', async () => {
    let tidied = false
    const hand = byHand(10)
    const job = await kit.start(async function* (signal, throttle) {
      try {
        yield* hand.work(signal, throttle)
      } finally {
        tidied = true
      }
    })
    kit.jobs.cancel(job.id)
    hand.go()
    expect(await kit.ended(job.id)).toMatchObject({ state: 'cancelled' })
    expect(tidied).toBe(true)
  })

  test('that was cancelled in its last batch is done', async () => {
    const hand = byHand(1)
    const job = await kit.start(hand.work, {}, 1)
    kit.jobs.cancel(job.id)
    hand.go()
    expect(await kit.ended(job.id)).toMatchObject({ state: 'done', done: 1 })
  })

  test('that is paused begins no batch until it is resumed', async () => {
    const hand = byHand(2)
    const job = await kit.start(hand.work, {}, 2)
    kit.jobs.pause(job.id)
    hand.go()
    hand.go()
    await kit.until(job.id, ({ done }) => done === 1)
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    expect(hand.begun).toBe(1)
    expect(kit.jobs.resume(job.id)).toMatchObject({ state: 'running', done: 1, throttle: { paused: false } })
    expect(await kit.ended(job.id)).toMatchObject({ state: 'done', done: 2 })
  })

  test.each(['cancelled', 'closed'])('that is paused ends when it is %s', async (how) => {
    const hand = byHand(2)
    const job = await kit.start(hand.work, {}, 2)
    kit.jobs.pause(job.id)
    hand.go()
    await kit.until(job.id, ({ done }) => done === 1)
    if (how === 'closed') await kit.jobs.close()
    else kit.jobs.cancel(job.id)
    expect(await kit.ended(job.id)).toMatchObject({ state: 'cancelled', done: 1, throttle: { paused: true } })
    expect((await kit.journal.get(job.recordId)).record.state).toBe('cancelled')
  })

  test('that has ended is not paused, resumed or limited any more', async () => {
    const job = await kit.start(() => steps(step(10)))
    const last = await kit.ended(job.id)
    for (const after of [kit.jobs.pause(job.id), kit.jobs.resume(job.id), kit.jobs.limit(job.id, 1)]) {
      expect(after).toEqual(last)
    }
  })

  test('that has ended is not changed by cancelling; an unknown one is NOT_FOUND', async () => {
    const job = await kit.start(() => steps(step(10)))
    const last = await kit.ended(job.id)
    expect(kit.jobs.cancel(job.id)).toEqual(last)
    const gone = { code: 'NOT_FOUND', data: { what: 'job', name: 'gone' } }
    expect(() => kit.jobs.cancel('gone')).toThrow(expect.objectContaining(gone))
  })

  const redis = new AppError('REDIS', { prefix: 'NOPERM', reply: 'NOPERM no', command: 'XCLAIM' })
  const lost = unreachable('closed', 'localhost:6379')
  const unknown = new AppError('UNKNOWN_OUTCOME', { command: 'XTRIM', cause: 'lost' })
  const storage = new AppError('STORAGE', {
    ...{ file: '/journal', operation: 'write', why: null, sent: false },
    problem: message('journal.not-written'),
  })
  test.each([
    ['failed', redis],
    ['failed', storage],
    ['interrupted', lost],
    ['interrupted', unknown],
  ] as const)('%s: its work throws %s', async (state, error) => {
    const job = await kit.start(throwing(error, step(3)))
    const last = await kit.ended(job.id)
    const told = { code: error.code, data: error.data }
    expect(last).toMatchObject({ state, done: 3, counts: counts({ changed: 3 }), error: told })
    expect((await kit.journal.get(job.recordId)).record).toMatchObject({ state, counts: { changed: 3 }, error: told })
    expect(kit.log()).toBe('')
  })

  test('interrupted: what the batch in flight came to counts', async () => {
    const reason = new AppError('UNKNOWN_OUTCOME', { command: 'XCLAIM', cause: 'lost' })
    const read = { done: 5, counts: counts({ changed: 2, leftAlone: 1, unknown: 2 }) }
    const job = await kit.start(throwing(new Interrupted(reason, read), step(3)))
    expect(await kit.ended(job.id)).toMatchObject({
      state: 'interrupted',
      done: 8,
      counts: { changed: 5, leftAlone: 1, unknown: 2 },
      error: { code: 'UNKNOWN_OUTCOME' },
    })
  })

  test('failed by a bug: logged, and opaque everywhere else', async () => {
    const job = await kit.start(throwing(new TypeError('secret-42 of undefined'), step(1)))
    const last = await kit.ended(job.id)
    expect(last).toMatchObject({ state: 'failed', counts: { changed: 1 }, error: { code: 'INTERNAL', data: null } })
    expect(JSON.stringify([last, await kit.journal.get(job.recordId)])).not.toContain('secret-42')
    expect(kit.log()).toContain('secret-42')
  })

  test('failed by a bug before its first batch, even where no batch can be asked for', async () => {
    const job = await kit.start(() => {
      throw new TypeError('no generator')
    })
    expect(await kit.ended(job.id)).toMatchObject({ state: 'failed', error: { code: 'INTERNAL' }, undoable: false })
    expect(kit.log()).toContain('no generator')
  })

  test.each([
    ['nothing changed', counts({ leftAlone: 3 }), false],
    ['something changed', counts({ changed: 1 }), true],
    ['something may have', counts({ unknown: 1 }), true],
  ])('offers an undo where there is something to undo: %s', async (_what, made, undoable) => {
    const job = await kit.start(() => steps({ done: 3, counts: made }))
    expect(await kit.ended(job.id)).toMatchObject({ undoable })
  })

  test('ends though its end can not be journaled, and the log says so', async () => {
    // A file for every line, so that the last one needs a folder.
    await kit.reopenJournal({ rotateBytes: 1, keepBytes: 1e9 })
    const job = await kit.start(async function* () {
      yield step(10)
      rmSync(join(kit.dataDir, 'journal'), { recursive: true })
      writeFileSync(join(kit.dataDir, 'journal'), '')
    })
    expect(await kit.ended(job.id)).toMatchObject({ state: 'done', counts: { changed: 10 }, error: null })
    expect(kit.log()).toContain('the end of a job could not be journaled')
    rmSync(join(kit.dataDir, 'journal'))
  })
})

describe('watching', () => {
  test('gives what is so now, then every change until one leaves', async () => {
    const first = await kit.start(() => steps(step(10)))
    await kit.ended(first.id)
    const hand = byHand(1)
    const second = await kit.start(hand.work, { key: 'other' })
    const leave = new AbortController()
    const seen: string[] = []
    for await (const { id, state } of kit.jobs.watch(leave.signal)) {
      seen.push(`${id === first.id ? 'first' : 'second'} ${state}`)
      if (seen.length === 2) hand.go()
      if (id === second.id && state === 'done') leave.abort()
    }
    expect(seen.slice(0, 2)).toEqual(['first done', 'second running'])
    expect(seen.at(-1)).toBe('second done')
  })

  test('a job goes on whoever leaves', async () => {
    const hand = byHand(2)
    const job = await kit.start(hand.work, {}, 2)
    const leave = new AbortController()
    const watching = kit.jobs.watch(leave.signal)
    await watching.next()
    leave.abort()
    expect(await watching.next()).toEqual({ done: true, value: undefined })
    hand.go()
    hand.go()
    expect(await kit.ended(job.id)).toMatchObject({ state: 'done', done: 2 })
  })
})

test('the hundred jobs that ended last are kept, and all that run', async () => {
  const hand = byHand(1)
  const running = await kit.start(hand.work, { key: 'runs' })
  const ids: string[] = []
  for (let n = 0; n < 105; n += 1) {
    const { id } = await kit.start(() => steps(step(1)), {}, 1)
    await kit.ended(id)
    ids.push(id)
  }
  await expect
    .poll(() => kit.jobs.list().map(({ id }) => id), { timeout: 30_000 })
    .toEqual([running.id, ...ids.slice(5)])
  expect(() => kit.jobs.cancel(ids[0]!)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  hand.go()
  await kit.ended(running.id)
})

describe('closing', () => {
  test('cancels, and waits for the batch in flight and for its end in the journal', async () => {
    const hand = byHand(3)
    const job = await kit.start(hand.work)
    hand.go()
    await kit.until(job.id, ({ done }) => done === 1)
    let closed = false
    const closing = kit.jobs.close().then(() => (closed = true))
    // All that could make it go on without the batch has had its turn.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    expect(closed).toBe(false)
    hand.go()
    await closing
    expect(kit.jobs.list()).toMatchObject([{ id: job.id, state: 'cancelled', done: 2 }])
    expect((await kit.journal.get(job.recordId)).record).toMatchObject({ state: 'cancelled', counts: { changed: 2 } })
  })

  test('a job that was on its way begins no batch', async () => {
    const reservation = kit.jobs.reserve('c1', 'orders', 'billing')
    await kit.jobs.close()
    const record = await kit.journal.begin(claimRecord())
    const hand = byHand(1)
    hand.go()
    const about = { kind: 'claim', connectionId: 'c1', key: 'orders', group: 'billing', to: 'b', total: 1 } as const
    const { id } = reservation.start({ ...about, undoable: true }, record, hand.work)
    expect(await kit.ended(id)).toMatchObject({ state: 'cancelled', done: 0, undoable: false })
    expect(hand.begun).toBe(0)
    expect((await kit.journal.get(record.id)).record.state).toBe('cancelled')
  })
})
