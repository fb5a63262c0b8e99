// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import RecordDrawer from '../../../../renderer/components/job/RecordDrawer.vue'
import { useJournal } from '../../../../renderer/stores/journal'
import JournalView from '../../../../renderer/views/JournalView.vue'
import type { JournalRecord } from '../../../../shared/model/journal'
import { message } from '../../../../shared/words/messages'
import { fakeApi } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

/** Of one group of a sweep. */
function record(id: string, undo: Partial<JournalRecord['undo']> = {}): JournalRecord {
  return {
    ...{ id, at: 1, endedAt: 2, who: { by: 'person', door: 'web' }, connectionId: 'c1', connectionName: 'local' },
    ...{ key: `stream-of-${id}`, group: 'billing', action: 'claim', summary: message('undo.claim'), state: 'done' },
    ...{ counts: { changed: 2, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 }, commands: [] },
    undo: { possible: true, undoneBy: null, note: message('undo.claim'), ...undo },
    sweep: { id: 's1', stream: 'app:*', group: '*', groups: 2 },
  } as unknown as JournalRecord
}
const buttons = (): readonly string[] => [...document.querySelectorAll('button')].map((each) => each.textContent.trim())

enableAutoUnmount(afterEach)

it('the undo of all its groups is offered by what can be undone, and not by what is for good', async () => {
  fakeApi({})
  await mountOn(RecordDrawer, { record: record('r1') })
  expect(buttons()).toContain('Undo in all its groups…')
})

it('a record of what is for good offers none', async () => {
  fakeApi({})
  await mountOn(RecordDrawer, { record: record('r1', { possible: false }) })
  expect(buttons()).not.toContain('Undo in all its groups…')
})

it('the journal has one line for a sweep, which shows its records on request and offers its undo', async () => {
  const records = [record('r2'), record('r1')]
  fakeApi({ journal: { list: () => ({ records, next: null, damaged: 0, newer: 0 }) } })
  await mountOn(JournalView, {})
  await flushPromises()
  const rows = () => [...document.querySelectorAll('[role=row]')].slice(1).map((row) => row.textContent)
  expect(rows()).toEqual([expect.stringContaining('2 groups: ')])
  expect(rows()[0]).toContain('app:* / *')
  expect(rows()[0]).toContain('4 entries')
  expect(buttons()).toContain('Undo…')
  const fold = button('Show its groups')
  fold.click()
  await flushPromises()
  expect(rows()).toHaveLength(3)
  expect(rows()[2]).toContain('stream-of-r1')
  expect(button('Hide its groups').getAttribute('aria-expanded')).toBe('true')
})

it('the journal opens a sweep, which has a record for each group, at the newest of them', async () => {
  const records = [record('r2'), record('r1')]
  fakeApi({ journal: { list: () => ({ records, next: null, damaged: 0 }) } })
  await mountOn(JournalView, {}, {})
  useJournal().openId = 's1'
  await flushPromises()
  expect(document.querySelector('[role=dialog], aside, .record')?.textContent).toContain('stream-of-r2')
})
