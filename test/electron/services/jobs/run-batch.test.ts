import { describe, expect, test } from 'vitest'
import { AppError } from '../../../../shared/error'
import { Interrupted } from '../../../../electron/services/jobs/interrupted'
import type { JobStep } from '../../../../electron/services/jobs/job-step'
import type { RecordWriter } from '../../../../electron/services/journal/journal'
import { runBatch, type Batch } from '../../../../electron/services/jobs/run-batch'
import type { ObservedRow } from '../../../../electron/services/inspection/observe-pending'
import { createLostReply } from '../../../../electron/services/jobs/create-lost-reply'
import type { BatchOutcome } from '../../../../electron/services/jobs/run-context'
import type { Sent } from '../../../../electron/services/jobs/send-commands'
import { counts, idsFrom } from '../recovery/recovery-kit'
import { message } from '../../../../shared/words/messages'

const FULL = new AppError('STORAGE', {
  ...{ file: 'journal', operation: 'write', why: null, sent: false },
  problem: message('journal.not-written-unsent'),
})
const CLOSED = new AppError('UNREACHABLE', { reason: 'closed', endpoint: 'here', detail: null })
const NOT_OPEN = new AppError('UNREACHABLE', { reason: 'not-open', endpoint: 'here', detail: null })
const LOST = new AppError('UNKNOWN_OUTCOME', { command: 'XCLAIM', cause: 'lost' })
const REFUSED = new AppError('REDIS', { prefix: 'OOM', reply: 'OOM', command: 'XCLAIM' })

const rows = idsFrom(1, 10).map((id): ObservedRow => {
  return { id, consumer: Buffer.from('alice'), idleMs: 5, deliveries: 1, deliveredAt: 1, deliveredBy: 1 }
})
const all: Sent = { counts: counts({ changed: 10 }), except: [], until: 7, lost: [], error: null }
const noneKnown: Sent = { ...all, counts: counts({}), until: null, lost: idsFrom(1, 10), error: LOST }
const asRead: BatchOutcome = { counts: counts({ changed: 4, leftAlone: 6 }), except: idsFrom(5, 6), until: 9 }

interface Steps {
  readonly yielded: readonly JobStep[]
  readonly thrown: unknown
  /** What was done, in order. */
  readonly log: readonly string[]
  readonly outcome: Parameters<RecordWriter['outcome']>[1] | null
}

/** Carries out one batch whose disk, commands and reading do as they are told. */
async function carryOut(
  does: Partial<{
    intent: () => Promise<void>
    send: () => Promise<Sent>
    readBack: () => Promise<BatchOutcome>
    outcome: () => Promise<void>
    whenReady: () => Promise<boolean>
  }>,
  signal = new AbortController().signal,
): Promise<Steps> {
  const log: string[] = []
  let outcome: Steps['outcome'] = null
  const record: RecordWriter = {
    id: 'record',
    requireAlive: () => undefined,
    intent: () => (log.push('intent'), does.intent?.() ?? Promise.resolve()),
    outcome: (_batch, told) => (log.push('outcome'), (outcome = told), does.outcome?.() ?? Promise.resolve()),
    backup: () => Promise.resolve(),
    touched: () => Promise.resolve(),
    made: () => Promise.resolve(),
    madeConsumers: () => Promise.resolve(),
    end: () => Promise.resolve(),
  }
  // Of the context it uses these two; what it sends and reads is the batch's own.
  const context = {
    record,
    lostReply: createLostReply(() => (log.push('ready'), does.whenReady?.() ?? Promise.resolve(true))),
  }
  const batch: Batch = {
    ...{ number: 0, rows, observation: { rows, at: 3, clock: 0, tookMs: 0 } },
    send: () => (log.push('send'), does.send?.() ?? Promise.resolve(all)),
    readBack: () => (log.push('read'), does.readBack?.() ?? Promise.resolve(asRead)),
  }
  const yielded: JobStep[] = []
  try {
    for await (const step of runBatch(context, batch, signal)) yielded.push(step)
    return { yielded, thrown: null, log, outcome }
  } catch (thrown) {
    return { yielded, thrown, log, outcome }
  }
}

describe('a batch', () => {
  test('is written down, sent, and its outcome written down, in this order', async () => {
    const { yielded, thrown, log, outcome } = await carryOut({})
    expect(log).toEqual(['intent', 'send', 'outcome'])
    expect(yielded).toMatchObject([{ done: 10, counts: counts({ changed: 10 }) }])
    expect([thrown, outcome]).toMatchObject([null, { until: 7, except: [] }])
  })

  test('is not sent when it can’t be written down', async () => {
    const { yielded, thrown, log } = await carryOut({ intent: () => Promise.reject(FULL) })
    expect([yielded, thrown, log]).toEqual([[], FULL, ['intent']])
  })

  test('counts though its outcome can’t be written down, and ends the job with words that are true', async () => {
    const { yielded, thrown } = await carryOut({ outcome: () => Promise.reject(FULL) })
    expect(yielded).toMatchObject([{ done: 10, counts: counts({ changed: 10 }) }])
    expect(thrown).toMatchObject({ code: 'STORAGE', data: { file: 'journal' } })
    expect((thrown as AppError).message).toContain('was carried out')
  })

  test('of which a part was refused counts the other part, and ends the job with the refusal', async () => {
    const part: Sent = { ...all, counts: counts({ changed: 6 }), except: idsFrom(7, 4), error: REFUSED }
    const { yielded, thrown, outcome } = await carryOut({ send: () => Promise.resolve(part) })
    expect(yielded).toMatchObject([{ done: 6, counts: counts({ changed: 6 }) }])
    expect([thrown, outcome]).toMatchObject([REFUSED, { except: idsFrom(7, 4) }])
  })

  test('of which a part is lost is what was told and what was read, together', async () => {
    const part: Sent = { ...noneKnown, counts: counts({ changed: 3 }), until: 12, lost: idsFrom(4, 7) }
    const { thrown, outcome, log } = await carryOut({ send: () => Promise.resolve(part) })
    expect(log).toEqual(['intent', 'send', 'ready', 'read', 'outcome'])
    expect(thrown).toBeInstanceOf(Interrupted)
    expect(thrown).toMatchObject({ reason: LOST, step: { done: 13, counts: counts({ changed: 7, leftAlone: 6 }) } })
    expect(outcome).toMatchObject({ until: 12, except: idsFrom(5, 6) })
  })

  test('is read again and again while the connection is not steady', async () => {
    let failures = 3
    const readBack = () => (failures-- > 0 ? Promise.reject(CLOSED) : Promise.resolve(asRead))
    const { thrown, log } = await carryOut({ send: () => Promise.resolve(noneKnown), readBack })
    expect(log.filter((each) => each === 'read')).toHaveLength(4)
    expect(thrown).toMatchObject({ step: { counts: asRead.counts } })
  })

  test('that may still be carried out after it was read is unknown but for what was done, and undo looks at all of it', async () => {
    const whenReady = () => Promise.resolve(false)
    const { thrown, outcome } = await carryOut({ send: () => Promise.resolve(noneKnown), whenReady })
    expect(thrown).toMatchObject({ step: { done: 10, counts: counts({ changed: 4, unknown: 6 }) } })
    expect(outcome).toMatchObject({ except: [], until: Number.MAX_SAFE_INTEGER })
  })

  test.each([
    ['the connection was closed', { whenReady: () => Promise.reject(NOT_OPEN) }],
    ['the server refuses to tell', { readBack: () => Promise.reject(REFUSED) }],
  ])('that can’t be read since %s is unknown, and undo may look at all of it', async (_why, does) => {
    const { thrown, outcome } = await carryOut({ send: () => Promise.resolve(noneKnown), ...does })
    expect(thrown).toMatchObject({ step: { done: 10, counts: counts({ unknown: 10 }) } })
    expect(outcome).toMatchObject({ counts: counts({ unknown: 10 }), except: [], until: Number.MAX_SAFE_INTEGER })
  })

  test('that was cancelled while it was under way is read back all the same', async () => {
    const { thrown } = await carryOut({ send: () => Promise.resolve(noneKnown) }, AbortSignal.abort())
    expect(thrown).toMatchObject({ step: { counts: asRead.counts } })
  })
})
