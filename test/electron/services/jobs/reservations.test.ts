import { describe, expect, test } from 'vitest'
import type { AppError } from '../../../../shared/error'
import { byHand, step, steps, throwing, useJobs, type Subject } from './job-kit'
import { claimRecord } from '../journal/records-for-tests'

const kit = useJobs()
const BINARY = { base64: '//4A' }

describe('a place', () => {
  test.each<[string, Subject, Subject]>([
    ['the same group', {}, {}],
    ['the whole stream, while one of its groups is changed', {}, { group: null }],
    ['a group, while its stream is trimmed', { group: null }, {}],
    ['the whole stream twice', { group: null }, { group: null }],
    ['a group of binary name', { group: BINARY }, { group: BINARY }],
    ['the same bytes written down in another way', { key: 'orders' }, { key: { base64: 'b3JkZXJz' } }],
  ])('is one job’s: %s', async (_what, first, second) => {
    const hand = byHand(1)
    const job = await kit.start(hand.work, first)
    const conflict = { code: 'CONFLICT', data: { jobId: job.id } }
    await expect(kit.start(hand.work, second)).rejects.toMatchObject(conflict)
    // The id is good for what the words say: cancel it.
    expect(kit.jobs.cancel(job.id)).toMatchObject({ id: job.id, state: 'running' })
    hand.go()
    await kit.ended(job.id)
    const next = await kit.start(() => steps(step(10)), second)
    expect(await kit.ended(next.id)).toMatchObject({ state: 'done' })
  })

  test.each<[string, Subject, Subject]>([
    ['another stream', {}, { key: 'other' }],
    ['another stream, trimmed', { group: null }, { key: 'other', group: null }],
    ['another group', {}, { group: 'shipping' }],
    ['the same stream of another connection', {}, { connectionId: 'c2' }],
    ['text that looks like another one’s base64', { key: BINARY }, { key: BINARY.base64 }],
    ['a group of the empty name', { group: '' }, { group: 'x' }],
  ])('is free: %s', async (_what, first, second) => {
    const hand = byHand(1)
    const job = await kit.start(hand.work, first)
    const other = await kit.start(() => steps(step(10)), second)
    expect(await kit.ended(other.id)).toMatchObject({ state: 'done' })
    hand.go()
    await kit.ended(job.id)
  })

  test('is taken from the moment it is reserved, under the id that the job will have', async () => {
    const reservation = kit.jobs.reserve('c1', 'orders', 'billing')
    let jobId: unknown
    try {
      kit.jobs.reserve('c1', 'orders', null)
    } catch (error) {
      jobId = (error as AppError<'CONFLICT'>).data.jobId
    }
    const record = await kit.journal.begin(claimRecord())
    const about = { kind: 'ack', connectionId: 'c1', key: 'orders', group: 'billing', to: null, total: 0 } as const
    expect(reservation.start({ ...about, undoable: true }, record, () => steps()).id).toBe(jobId)
  })

  test('is free again once it was released, and after a failure', async () => {
    kit.jobs.reserve('c1', 'orders', 'billing').release()
    const job = await kit.start(throwing(new Error('oh')))
    await kit.ended(job.id)
    expect(await kit.ended((await kit.start(() => steps(step(10)))).id)).toMatchObject({ state: 'done' })
  })
})
