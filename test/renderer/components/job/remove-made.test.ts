// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import JobNotice from '../../../../renderer/components/job/JobNotice.vue'
import type { Job } from '../../../../shared/model/job'
import type { MadeConsumerStanding } from '../../../../shared/model/made-consumer'
import { message } from '../../../../shared/words/messages'
import { fakeApi, type Call } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

const undo: Job = {
  ...{ id: 'j1', kind: 'undo', connectionId: 'c1', key: 'orders', group: 'billing', to: null, state: 'done' },
  ...{ done: 7, total: 7, counts: { changed: 7, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 } },
  throttle: { paused: false, perSecond: null, heldBackBy: null },
  ...{ failures: [], startedAt: 0, endedAt: 1, error: null, recordId: 'r1', undoable: false },
}
const stands: MadeConsumerStanding = { name: 'bob', pending: 0, used: 'no', removable: true }
const text = (): string => document.body.textContent.replace(/\s+/g, ' ')
const offers = (): boolean =>
  [...document.querySelectorAll('button')].some((each) => /Remove bob/.test(each.textContent))

async function show(consumers: MadeConsumerStanding[], blocked: unknown = null, more: object = {}): Promise<Call[]> {
  const removal: Job = { ...undo, id: 'j2', kind: 'remove consumer', recordId: 'r2', total: 1, done: 1 }
  const calls = fakeApi({
    group: { planChange: () => ({ id: 'p1', blocked }), change: () => removal, consumers: () => [] },
  })
  await mountOn(JobNotice, { job: { ...undo, remains: { consumers, dropped: 0 } } }, more)
  return calls as Call[]
}
const named = (calls: readonly Call[], name: string) => calls.filter((each) => each.name === name)

enableAutoUnmount(afterEach)

describe('the notice of an undo', () => {
  it('says that a consumer which the claim made stays, and removes it in one click', async () => {
    const calls = await show([stands])
    expect(text()).toContain('consumer bob, which was made from here, stays, empty.')
    button('Remove bob').click()
    await flushPromises()
    const on = { connectionId: 'c1', key: 'orders', group: 'billing' }
    const change = { kind: 'remove consumer', consumer: 'bob', ifMadeHere: true }
    expect(named(calls, 'group.planChange').map(({ input }) => input)).toEqual([{ ...on, change }])
    expect(named(calls, 'group.change').map(({ input }) => input)).toEqual([{ ...on, planId: 'p1' }])
    expect(offers()).toBe(false)
  })

  it('removes nothing where the host finds that it is somebody’s by now', async () => {
    const calls = await show([stands], message('group-change.not-made-here', { consumer: 'bob' }))
    button('Remove bob').click()
    await flushPromises()
    expect(named(calls, 'group.change')).toEqual([])
    expect(offers()).toBe(true)
  })

  it('asks for its name on production, instead of removing it at once', async () => {
    const calls = await show([stands], null, { connection: { environment: 'prod' } })
    button('Remove bob').click()
    await flushPromises()
    expect(named(calls, 'group.change')).toEqual([])
    expect(named(calls, 'group.consumers')).toHaveLength(1)
  })

  it('offers nothing of one that holds entries or was used', async () => {
    await show([{ ...stands, pending: 2, removable: false }])
    expect(text()).toContain('it holds 2 entries')
    expect(offers()).toBe(false)
  })
})
