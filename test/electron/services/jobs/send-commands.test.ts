import { expect, test } from 'vitest'
import { sendAll, type Sending } from '../../../../electron/services/jobs/send-commands'
import { AppError } from '../../../../shared/error'
import { counts } from '../recovery/recovery-kit'

const LOST = new AppError('UNKNOWN_OUTCOME', { command: 'XACK', cause: 'lost' })
const REFUSED = new AppError('REDIS', { prefix: 'OOM', reply: 'OOM', command: 'XACK' })
const CLOSED = new AppError('UNREACHABLE', { reason: 'closed', endpoint: 'here', detail: null })
/** It is lost by the time that it is asked for its clock. */
const reader = { call: () => Promise.reject(CLOSED), pipeline: () => Promise.reject(CLOSED) }

const done = (...ids: readonly string[]): Sending => ({ ids, send: () => Promise.resolve(ids) })
const fails = (error: Error, ...ids: readonly string[]): Sending => ({ ids, send: () => Promise.reject(error) })
const leaves = (...ids: readonly string[]): Sending => ({ ids, send: () => Promise.resolve([]) })
const unexpected = () => Promise.reject(new Error('nothing was left'))

test('a lost reply is what the batch ends by, also behind a refusal', async () => {
  const sent = await sendAll({ reader }, [done('1-0'), fails(REFUSED, '2-0'), fails(LOST, '3-0')], unexpected)
  expect(sent).toEqual({ counts: counts({ changed: 1 }), except: ['2-0'], until: null, lost: ['3-0'], error: LOST })
})

test('what was left alone for a reason that can’t be read any more is unknown, and was not changed', async () => {
  const sent = await sendAll({ reader }, [done('1-0'), leaves('2-0', '3-0')], () => Promise.reject(CLOSED))
  expect(sent).toMatchObject({ counts: counts({ changed: 1, unknown: 2 }), except: ['2-0', '3-0'], error: null })
})
