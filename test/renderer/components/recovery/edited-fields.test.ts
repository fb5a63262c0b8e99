// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import EditedFields from '../../../../renderer/components/recovery/EditedFields.vue'
import type { Field } from '../../../../shared/model/entry'
import { fakeApi, type Call } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

const target = { connectionId: 'c1', key: 'orders' }
const told: unknown[] = []

afterEach(() => {
  document.body.innerHTML = ''
  told.length = 0
})
enableAutoUnmount(afterEach)

async function edit(shown: readonly Field[], whole: readonly Field[]): Promise<readonly Call[]> {
  const calls = fakeApi({
    entry: {
      get: ({ unmasked }: { unmasked?: boolean }) => {
        return { id: '1-0', fields: unmasked === true ? whole : shown, moreFields: 0, size: 9 }
      },
    },
  })
  const onUpdate = (fields: unknown) => told.push(fields)
  await mountOn(EditedFields, { target, id: '1-0', modelValue: null, 'onUpdate:modelValue': onUpdate })
  document.querySelector<HTMLElement>('input[type=checkbox]')?.click()
  await flushPromises()
  return calls
}
const field = (value: string, masked?: 'whole'): Field => {
  return { name: 'password', value, size: 7, cut: false, ...(masked && { masked }) }
}
const unmasked = (calls: readonly Call[]) => calls.map(({ input }) => (input as { unmasked?: boolean }).unmasked)

it('shows what is masked only once that is asked for, and never takes the dots for a value', async () => {
  const calls = await edit([field('•••', 'whole')], [field('hunter2')])
  expect(unmasked(calls)).toEqual([undefined])
  expect(document.body.textContent).toContain('Some of its values are masked.')
  expect(document.querySelector('textarea')).toBeNull()
  // Not to be sent like this.
  expect(told.at(-1)).toBeUndefined()
  button('Show masked values').click()
  await vi.waitFor(() => expect(document.querySelector('textarea')?.value).toBe('hunter2'))
  expect(unmasked(calls)).toEqual([undefined, true])
  expect(JSON.stringify(told)).not.toContain('•••')
  expect(told.at(-1)).toEqual([['password', 'hunter2']])
})

it('asks for nothing where nothing is masked', async () => {
  const calls = await edit([field('open')], [])
  expect(unmasked(calls)).toEqual([undefined])
  expect(document.querySelector('textarea')?.value).toBe('open')
})
