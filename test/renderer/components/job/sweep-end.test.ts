// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { useSweepDialog } from '../../../../renderer/composables/use-sweep-dialog'
import JobNotice from '../../../../renderer/components/job/JobNotice.vue'
import type { Job } from '../../../../shared/model/job'
import { message } from '../../../../shared/words/messages'
import { fakeApi } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

const refusal = { code: 'REDIS', data: { prefix: 'NOPERM', reply: 'NOPERM no', command: 'XCLAIM', key: 'b' } } as const
const sweep: NonNullable<Job['sweep']> = {
  ...{ id: 's1', stream: 'app:*', group: '*', groups: 3, ended: 3, failed: 3 },
  failures: [
    { key: { base64: '/w==' }, group: 'g', error: refusal },
    // Shown alike, and another one.
    { key: '\\xff', group: 'g', error: refusal },
  ],
}
const job: Job = {
  ...{ id: 'j1', kind: 'claim', connectionId: 'c1', key: 'orders', group: 'billing', to: 'anna', state: 'done' },
  ...{ done: 7, total: 7, counts: { changed: 7, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 } },
  throttle: { paused: false, perSecond: null, heldBackBy: null },
  failures: [{ id: '1-0', reason: message('undo.claim') }],
  ...{ startedAt: 0, endedAt: 1, error: null, recordId: 's1', undoable: true, sweep },
}
const text = (): string => document.body.textContent.replace(/\s+/g, ' ')
const buttons = (): readonly string[] => [...document.querySelectorAll('button')].map((each) => each.textContent.trim())

enableAutoUnmount(afterEach)

// Its record is many records: what takes back or tries again a single one finds none.
it('a job in many groups says where it was and what refused, and shows first what its undo would give back', async () => {
  fakeApi({})
  await mountOn(JobNotice, { job })
  expect(text()).toContain('app:* / *, 3 of 3 groups')
  expect(text()).toContain('3 groups not done, or not wholly')
  expect(text()).toContain('\\xff / g')
  expect(text()).toContain('and 1 more')
  expect(buttons().filter((each) => /Undo|Retry/.test(each))).toEqual(['Undo…'])
  button('Undo…').click()
  expect(useSweepDialog().subject.value).toMatchObject({ kind: 'undo', connectionId: 'c1', sweepId: 's1' })
})

it('its undo, and one that changed nothing, offer no undo', async () => {
  fakeApi({})
  await mountOn(JobNotice, { job: { ...job, kind: 'undo', undoable: false, sweep: { ...sweep, undoes: 's0' } } })
  expect(buttons().filter((each) => /Undo/.test(each))).toEqual([])
})
