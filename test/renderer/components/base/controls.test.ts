// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Component } from 'vue'
import AppButton from '../../../../renderer/components/base/AppButton.vue'
import IconButton from '../../../../renderer/components/base/IconButton.vue'
import NumberField from '../../../../renderer/components/base/NumberField.vue'
import ProgressBar from '../../../../renderer/components/base/ProgressBar.vue'
import TabStrip from '../../../../renderer/components/base/TabStrip.vue'
import TextField from '../../../../renderer/components/base/TextField.vue'

enableAutoUnmount(afterEach)

function put(component: Component, props: Record<string, unknown>, slot?: string) {
  return mount(component, { props, slots: slot ? { default: slot } : {}, attachTo: document.body })
}

describe('buttons', () => {
  it('that are disabled do nothing, say so, and can still be reached', async () => {
    const onClick = vi.fn()
    const wrapper = put(AppButton, { disabled: true, reason: 'orders-eu is read-only', onClick }, 'Claim')
    const button = wrapper.get('button')
    await button.trigger('click')
    expect(onClick).not.toHaveBeenCalled()
    expect(button.attributes('aria-disabled')).toBe('true')
    expect(button.attributes('disabled')).toBeUndefined()
  })

  it('that are busy take no second click', async () => {
    const onClick = vi.fn()
    await put(AppButton, { busy: true, onClick }, 'Claim').get('button').trigger('click')
    expect(onClick).not.toHaveBeenCalled()
  })

  it('with an icon only are called by their label', () => {
    expect(put(IconButton, { label: 'Close' }, 'x').get('button').attributes('aria-label')).toBe('Close')
  })
})

describe('fields', () => {
  it('say what is wrong with them, and are tied to the words', () => {
    const wrapper = put(TextField, { modelValue: '', label: 'Host', error: 'A host is needed' })
    const input = wrapper.get('input')
    expect(input.attributes('aria-invalid')).toBe('true')
    const note = document.getElementById(input.attributes('aria-describedby') ?? '')
    expect(note?.textContent).toContain('A host is needed')
    expect(wrapper.get('label').attributes('for')).toBe(input.attributes('id'))
  })

  it('for numbers take whole numbers within bounds, however grouped, and nothing else', async () => {
    const wrapper = mount(NumberField, { props: { modelValue: 1, label: 'Port', min: 1, max: 65_535 } })
    const values: unknown[] = []
    for (const typed of ['6379', '6 379', '0', '70000', '1e3', '-5', '', '1.5']) {
      await wrapper.get('input').setValue(typed)
      values.push(wrapper.emitted('update:modelValue')?.at(-1)?.[0])
    }
    expect(values).toEqual([6_379, 6_379, null, null, null, null, null, null])
    expect(wrapper.text()).toContain('from 1 to 65535')
  })
})

describe('tabs', () => {
  it('move by arrow keys, and only the active one is in the tab order', async () => {
    const wrapper = mount(TabStrip as Component, {
      props: {
        label: 'Parts',
        idBase: 'x',
        modelValue: 'a',
        items: [
          { id: 'a', label: 'A' },
          { id: 'b', label: 'B' },
        ],
      },
    })
    expect(wrapper.findAll('[role=tab]').map((tab) => tab.attributes('tabindex'))).toEqual(['0', '-1'])
    await wrapper.get('[role=tablist]').trigger('keydown', { key: 'ArrowRight' })
    await wrapper.get('[role=tablist]').trigger('keydown', { key: 'ArrowLeft' })
    expect(wrapper.emitted('update:modelValue')).toEqual([['b'], ['a']])
  })
})

describe('progress', () => {
  it('without a total claims none', () => {
    const bar = mount(ProgressBar, { props: { done: 5, total: null, label: 'Scanning' } })
    expect(bar.attributes('aria-valuenow')).toBeUndefined()
    const half = mount(ProgressBar, { props: { done: 5, total: 10, label: 'Claiming' } })
    expect(half.attributes('aria-valuenow')).toBe('50')
  })
})
