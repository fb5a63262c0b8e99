// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import JobNotice from '../../../../renderer/components/job/JobNotice.vue'
import type { ClaimOutcome } from '../../../../shared/model/claim-outcome'
import type { Job } from '../../../../shared/model/job'
import { useJobs } from '../../../../renderer/stores/jobs'
import { fakeApi, type Call } from '../../helpers/fake-api'
import { button, mountOn, serverInfo } from '../../helpers/mount-view'

const job: Job = {
  ...{ id: 'j1', kind: 'claim', connectionId: 'c1', key: 'orders', group: 'billing', to: 'bob', state: 'done' },
  ...{ done: 7, total: 7, counts: { changed: 7, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 } },
  throttle: { paused: false, perSecond: null, heldBackBy: null },
  ...{ failures: [], startedAt: 0, endedAt: 1, error: null, recordId: 'r1', undoable: true },
}
const HELD = ['1-0', '2-0', '3-0']
const untouched: ClaimOutcome = {
  ...{ watched: 7, more: 0, acked: 0, removed: 0, gone: 0, taken: 0, held: HELD, to: 'bob', readsPast: false },
}
const text = (): string => document.body.textContent.replace(/\s+/g, ' ')
const looks = (calls: readonly Call[]): number => calls.filter(({ name }) => name === 'recovery.outcome').length

async function show(tell: () => ClaimOutcome, shown: Partial<Job> = {}): Promise<readonly Call[]> {
  const calls = fakeApi({ recovery: { outcome: tell, plan: () => new Promise(() => undefined) } })
  const lacks = { available: false, reason: null }
  const capabilities = { ...serverInfo().capabilities, xnack: lacks }
  await mountOn(JobNotice, { job: { ...job, ...shown } }, { server: { capabilities } })
  return calls
}
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await flushPromises()
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
enableAutoUnmount(afterEach)

describe('the notice of a claim', () => {
  it('goes on watching what it moved, until all of it is acked', async () => {
    const told = [untouched, { ...untouched, acked: 4, taken: 1, held: ['6-0', '7-0'] }]
    const calls = await show(() => told.shift() ?? { ...untouched, acked: 7, held: [] })
    await pass(3_000)
    expect(text()).toContain('7 claimed: 3 not touched yet.')
    await pass(3_000)
    expect(text()).toContain('7 claimed: 4 acked since, 1 taken up, 2 not touched yet.')
    await pass(3_000)
    expect(text()).toContain('7 claimed: 7 acked since.')
    await pass(60_000)
    expect(looks(calls)).toBe(3)
  })

  it('calls nothing acked whose consumer was removed, and looks no more', async () => {
    const calls = await show(() => ({ ...untouched, removed: 7, held: [] }))
    await pass(3_000)
    expect(text()).toContain('7 claimed: 7 acked before their consumer or group was removed, or lost with it.')
    await pass(60_000)
    expect(looks(calls)).toBe(1)
  })

  it('looks no more once some are gone and the others were acked', async () => {
    const calls = await show(() => ({ ...untouched, acked: 4, gone: 3, held: [] }))
    await pass(60_000)
    expect(looks(calls)).toBe(1)
  })

  it('says what was not so at once, and what it means only when asked', async () => {
    await show(() => untouched)
    useJobs().started(job, () => ['1 was not pending any more.'], ['A claim only changes the owner.'])
    await pass(0)
    const folded = document.querySelector('details')
    expect(folded?.open).toBe(false)
    expect(folded?.textContent).toContain('A claim only changes the owner.')
    expect(folded?.textContent).not.toContain('not pending')
    expect(text()).toContain('1 was not pending any more.')
  })

  it('has nothing to unfold where a preview has said it', async () => {
    await show(() => untouched)
    useJobs().started(job, () => ['1 was not pending any more.'])
    await pass(0)
    expect(document.querySelector('details')).toBeNull()
  })

  it('says when its target reads past them, and requeues them in one click', async () => {
    const calls = await show(() => ({ ...untouched, readsPast: true }))
    await pass(3_000)
    expect(text()).toContain('bob takes new entries and does not look at its own pending list: restart it')
    expect(text()).not.toContain('Release them')
    button('Requeue them').click()
    await flushPromises()
    expect(calls).toContainEqual({
      name: 'recovery.plan',
      input: {
        ...{ connectionId: 'c1', key: 'orders', group: 'billing', selection: { kind: 'ids', ids: HELD } },
        action: { kind: 'requeue', stream: null, provenance: true },
      },
    })
  })

  it('has a look at all that its target holds requeued, where more were claimed than are watched', async () => {
    await show(() => ({ ...untouched, readsPast: true, more: 530 }))
    await pass(3_000)
    expect(text()).toContain('Of the first 7 claimed: 3 not touched yet.')
    expect(() => button('Requeue them')).toThrow('0 buttons')
    expect(button('Requeue…').getAttribute('aria-disabled')).not.toBe('true')
  })

  it('looks no more after five minutes, nor once it can’t be told', async () => {
    const calls = await show(() => untouched)
    await pass(900_000)
    expect(looks(calls)).toBe(100)
    const failing = await show(() => {
      throw new Error('gone')
    })
    await pass(60_000)
    expect([looks(failing), text().includes('claimed: 3')]).toEqual([1, true])
  })

  it('says nothing while its server is out of reach, and goes on when it is back', async () => {
    let isAway = false
    const away = { defined: true, data: { reason: 'closed', endpoint: 'here', detail: null } }
    const calls = await show(() => {
      if (isAway) throw new ORPCError('UNREACHABLE', away)
      return untouched
    })
    await pass(3_000)
    expect(text()).toContain('7 claimed')
    isAway = true
    await pass(3_000)
    expect(text()).not.toContain('7 claimed')
    isAway = false
    await pass(3_000)
    expect([looks(calls), text().includes('7 claimed: 3 not touched yet.')]).toEqual([3, true])
  })

  it('does not go by itself where something is left to be done about it', async () => {
    const calls = await show(() => ({ ...untouched, readsPast: true }))
    useJobs().started(job)
    await pass(900_000)
    expect(looks(calls)).toBe(100)
    expect(useJobs().notices.map(({ id }) => id)).toEqual(['j1'])
  })

  it('looks at nothing while it runs, where nothing changed, nor for what changes no owner', async () => {
    const none = { ...job.counts, changed: 0 }
    for (const shown of [{ state: 'running' }, { counts: none }, { kind: 'ack', to: null }] as const) {
      const calls = await show(() => untouched, shown)
      await pass(30_000)
      expect(looks(calls)).toBe(0)
    }
  })
})
