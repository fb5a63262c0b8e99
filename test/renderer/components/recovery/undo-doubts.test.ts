// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import UndoSplit from '../../../../renderer/components/job/UndoSplit.vue'
import UndoForm from '../../../../renderer/components/recovery/UndoForm.vue'
import { useRecoveryDialog } from '../../../../renderer/composables/use-recovery-dialog'
import { useToasts } from '../../../../renderer/stores/toasts'
import type { Message } from '../../../../shared/model/message'
import type { UndoPlanning } from '../../../../shared/model/undo-plan'
import { message } from '../../../../shared/words/messages'
import { events, fakeApi } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

const subject = { connectionId: 'c1', recordId: 'r1', summary: 'ack' }
const planOf = (doubts?: Message[]): UndoPlanning => ({
  state: 'ready',
  plan: {
    ...{ recordId: 'r1', entries: 3, leftAlone: 0, gone: 0, consumers: [], note: message('undo.claim') },
    ...(doubts ? { doubts } : {}),
  },
})
const refused = () =>
  new ORPCError('BAD_INPUT', {
    defined: true,
    data: { field: 'accepts', problem: message('identity.group-behind'), remedy: message('identity.look-first') },
  })
const submit = async (): Promise<void> => {
  document.querySelector('.plan-form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
}

afterEach(() => {
  document.body.innerHTML = ''
})
enableAutoUnmount(afterEach)

describe('the preview of an undo', () => {
  it('says what is not certain, and goes only once that is taken upon oneself', async () => {
    const calls = fakeApi({
      recovery: {
        planUndo: () => events([planOf([message('identity.group-behind')])], undefined, true),
        undo: () => Promise.reject(refused()),
      },
    })
    await mountOn(UndoForm, { subject })
    await expect.poll(() => document.body.textContent).toContain('The group is behind where it stood then')
    await submit()
    expect(calls.map(({ name }) => name)).toEqual(['recovery.planUndo'])
    document.querySelector<HTMLInputElement>('input[type=checkbox]')?.click()
    await flushPromises()
    await submit()
    const accepts = ['identity.group-behind']
    expect(calls[1]).toEqual({ name: 'recovery.undo', input: { connectionId: 'c1', recordId: 'r1', accepts } })
  })

  it('keeps what is offered, and the focus on it, while it looks once more', async () => {
    const some = planOf()
    const offering: UndoPlanning = some.state === 'ready' ? { ...some, plan: { ...some.plan, others: 3 } } : some
    const plans = [events([offering], undefined, true), events([], undefined, true)]
    fakeApi({ recovery: { planUndo: () => plans.shift() } })
    await mountOn(UndoForm, { subject })
    const box = () => document.querySelector<HTMLInputElement>('input[type=checkbox]')
    await expect.poll(box).not.toBeNull()
    box()?.focus()
    box()?.click()
    await flushPromises()
    expect(document.activeElement).toBe(box())
    expect(box()?.checked).toBe(true)
  })

  it('asks nothing where all is certain', async () => {
    fakeApi({ recovery: { planUndo: () => events([planOf()], undefined, true) } })
    await mountOn(UndoForm, { subject })
    await expect.poll(() => document.body.textContent).toContain('idle time starts anew')
    expect(document.querySelector('input[type=checkbox]')).toBeNull()
  })
})

describe('an undo by one click', () => {
  it('opens the preview where something is not certain, and tells of no failure', async () => {
    fakeApi({ recovery: { undo: () => Promise.reject(refused()) } })
    await mountOn(UndoSplit, { ...subject, whyNot: null })
    button('Undo').click()
    await flushPromises()
    expect(useRecoveryDialog().undo.value).toEqual(subject)
    expect(useToasts().toasts).toEqual([])
    useRecoveryDialog().undo.value = null
  })
})
