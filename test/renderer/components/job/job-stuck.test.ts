// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { linkState, type LinkState } from '../../../../renderer/api/link-state'
import JobNotice from '../../../../renderer/components/job/JobNotice.vue'
import { useConnections } from '../../../../renderer/stores/connections'
import { useJobs } from '../../../../renderer/stores/jobs'
import type { Job } from '../../../../shared/model/job'
import { fakeApi } from '../../helpers/fake-api'
import { mountOn } from '../../helpers/mount-view'

const job: Job = {
  ...{ id: 'j1', kind: 'claim', connectionId: 'c1', key: 'orders', group: 'billing', to: 'anna', state: 'running' },
  ...{ done: 500, total: 1_000, counts: { changed: 500, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 } },
  throttle: { paused: false, perSecond: null, heldBackBy: null },
  ...{ failures: [], startedAt: 0, endedAt: null, error: null, recordId: 'r1', undoable: true },
}
const text = (): string => document.body.textContent.replace(/\s+/g, ' ')
const lost = (ended: boolean): LinkState => ({ kind: 'reconnecting', sinceMs: 0, nextTryMs: 0, ended })

enableAutoUnmount(afterEach)

async function show(): Promise<void> {
  fakeApi({})
  const Shown = defineComponent(() => {
    const jobs = useJobs()
    return () => [...jobs.jobs.values()].map((each) => h(JobNotice, { job: each }))
  })
  await mountOn(Shown, {})
  const now = Date.now()
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now - 5_000)
  useJobs().started({ ...job, done: 100 })
  clock.mockRestore()
  useJobs().started(job)
  await nextTick()
}

it.each<readonly [string, () => void, RegExp]>([
  [
    'its server was lost',
    () => {
      const { statuses } = useConnections()
      const status = statuses.get('c1')
      if (status) useConnections().statuses = new Map(statuses).set('c1', { ...status, state: 'reconnecting' })
    },
    /The server was lost\. This waits for it/,
  ],
  ['Sluice does not answer', () => (linkState.value = lost(false)), /Sluice does not answer: how far .* not known/],
  ['Sluice was ended', () => (linkState.value = lost(true)), /Sluice was ended, and its jobs with it/],
])('a job says at once that %s, and gives no rate and no time left', async (_what, happens, says) => {
  await show()
  expect(text()).toMatch(/\d\/s .* left/)
  expect(text()).not.toMatch(says)
  happens()
  await nextTick()
  expect(text()).toMatch(says)
  expect(text()).toContain('500 of 1 000')
  expect(text()).not.toMatch(/\d\/s|min left|s left/)
})

it('one that is paused does not say that it waits for the server', async () => {
  await show()
  useJobs().started({ ...job, throttle: { ...job.throttle, paused: true } })
  const { statuses } = useConnections()
  const status = statuses.get('c1')
  if (status) useConnections().statuses = new Map(statuses).set('c1', { ...status, state: 'reconnecting' })
  await nextTick()
  expect(text()).toContain('Paused, and the server was lost.')
  expect(text()).not.toContain('waits')
})

it.each<readonly [string, Partial<Job>, boolean]>([
  ['was interrupted', { state: 'interrupted' }, true],
  ['was cancelled', { state: 'cancelled' }, true],
  ['came to its end', { state: 'done' }, false],
  ['failed', { state: 'failed' }, false],
  ['is no recovery', { state: 'cancelled', kind: 'trim' }, false],
  ['is a copy, and failed', { state: 'failed', kind: 'copy' }, true],
  [
    'went through many groups',
    {
      state: 'cancelled',
      sweep: { id: 's1', stream: '*', group: '*', groups: 2, ended: 1, failed: 0, failures: [] },
    },
    false,
  ],
])('the notice of a job that %s offers to go on with it, or not', async (_what, ended, offers) => {
  fakeApi({})
  await mountOn(JobNotice, { job: { ...job, endedAt: 1, ...ended } })
  const names = [...document.querySelectorAll('button')].map((each) => each.textContent.trim())
  expect(names.includes('Resume…')).toBe(offers)
})
