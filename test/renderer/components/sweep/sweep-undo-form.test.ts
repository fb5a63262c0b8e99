// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import SweepUndoForm from '../../../../renderer/components/sweep/SweepUndoForm.vue'
import type { SweepUndoPlanning, SweepUndoRow } from '../../../../shared/model/sweep'
import { message } from '../../../../shared/words/messages'
import { events, fakeApi } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

enableAutoUnmount(afterEach)

const unproven = message('identity.group-unproven')
function row(key: string, doubts: SweepUndoRow['doubts'] = []): SweepUndoRow {
  return { recordId: `of ${key}`, key, group: 'g', entries: 2, leftAlone: 0, gone: 0, doubts, error: null }
}
const text = (): string => document.body.textContent.replace(/\s+/g, ' ')

async function open(rows: readonly SweepUndoRow[]) {
  const sums = { groups: rows.length, failed: 0, entries: 2 * rows.length, leftAlone: 0, gone: 0 }
  const plan = { sweepId: 's1', rows, undone: 0, sums }
  const calls = fakeApi({
    sweep: {
      planUndo: (_input, options) => events<SweepUndoPlanning>([{ state: 'ready', plan }], options?.signal),
      undo: () => ({ id: 'j1' }),
    },
  })
  await mountOn(SweepUndoForm, { subject: { kind: 'undo', connectionId: 'c1', sweepId: 's1' } })
  await vi.waitFor(() => expect(text()).toContain('Gives back'))
  return calls
}

it('says of which groups it is not certain, and accepts it of these alone', async () => {
  const calls = await open([row('a', [unproven]), row('b'), row('c', [unproven])])
  expect(text()).toContain('a / g, c / g: Nothing proves that it is the same group')
  const [first, second, third] = [...document.querySelectorAll('th[scope=row]')].map((each) => each.textContent)
  expect(first).toContain('not certain')
  expect(second).toContain('not certain')
  expect(third).not.toContain('not certain')
  expect(button(/^Give back/).getAttribute('aria-description')).toContain('First say')
  document.querySelector<HTMLInputElement>('input[type=checkbox]')?.click()
  await flushPromises()
  button(/^Give back/).click()
  await flushPromises()
  const codes = [unproven.code]
  expect(calls.filter(({ name }) => name === 'sweep.undo').map(({ input }) => input)).toEqual([
    {
      ...{ connectionId: 'c1', sweepId: 's1' },
      accepts: [
        { recordId: 'of a', codes },
        { recordId: 'of c', codes },
      ],
    },
  ])
})

it('names the first of many groups, and counts the others', async () => {
  await open(Array.from({ length: 30 }, (_, n) => row(`s${n}`, [unproven])))
  expect(text()).toContain('s4 / g and 25 more groups: Nothing proves')
})
