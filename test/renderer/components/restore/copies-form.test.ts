// @vitest-environment happy-dom
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import CopiesForm from '../../../../renderer/components/restore/CopiesForm.vue'
import type { CopiesPlan, CopiesPlanning } from '../../../../shared/model/restore'
import { verbatim } from '../../../../shared/words/messages'
import { events, fakeApi, type Call } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

const FILE = 'redrive-00000000-0000-4000-8000-000000000000.jsonl'

function planFor(more: Partial<CopiesPlan> = {}): CopiesPlan {
  return {
    ...{ file: FILE, ids: null, provenance: true, id: 'p1', connectionId: 'c1', key: 'orders:dead' },
    ...{
      entries: 2,
      firstId: '1-0',
      lastId: '2-0',
      bytes: 12,
      there: 0,
      unsure: 0,
      leftOut: 0,
      notFound: 0,
      damaged: 0,
    },
    ...{ creates: false, groups: [], undo: { possible: true, note: verbatim('Deletes them.') }, commands: [] },
    ...more,
  }
}

describe('restoring what a redrive moved', () => {
  let wrapper: VueWrapper
  afterEach(() => wrapper.unmount())

  const asked = (calls: readonly Call[]): unknown =>
    calls.filter(({ name }) => name === 'restore.planCopies').at(-1)?.input
  const box = (): HTMLInputElement | null => {
    const label = [...document.querySelectorAll('label')].find((one) => /still where the redrive/.test(one.textContent))
    return label ? (document.getElementById(label.htmlFor) as HTMLInputElement) : null
  }
  async function show(plan: (wanted: { copied?: boolean }) => CopiesPlan): Promise<readonly Call[]> {
    const planCopies = (wanted: { copied?: boolean }): AsyncIterable<CopiesPlanning> =>
      events<CopiesPlanning>([{ state: 'ready', plan: plan(wanted) }], undefined, true)
    const calls = fakeApi({ restore: { planCopies } })
    const subject = { connectionId: 'c1', file: FILE, stream: 'orders:dead' }
    wrapper = await mountOn(CopiesForm, { subject })
    await vi.waitFor(() => expect(asked(calls)).toBeDefined())
    await flushPromises()
    return calls
  }

  it('leaves out what is still where it went, says so, and takes it where that is asked for', async () => {
    const calls = await show(({ copied }) => (copied ? planFor({ entries: 5 }) : planFor({ stillCopied: 3 })))
    expect(document.body.textContent).toContain('3 of them are still where the redrive moved them')
    expect(asked(calls)).not.toHaveProperty('copied')
    box()?.click()
    await flushPromises()
    await vi.waitFor(() => expect(asked(calls)).toMatchObject({ copied: true }))
    await vi.waitFor(() => expect(button('Add 5 entries')).toBeTruthy())
    // What was offered once stays.
    expect(box()).not.toBeNull()
  })

  it('can’t be run where all of it is still there, and offers that nowhere else', async () => {
    await show(() => planFor({ entries: 0, stillCopied: 5 }))
    expect(document.body.textContent).toContain('Adds nothing: what the redrive moved is still where it went')
    expect(button('Add').getAttribute('aria-disabled')).toBe('true')
    wrapper.unmount()
    await show(() => planFor())
    expect(box()).toBeNull()
  })
})
