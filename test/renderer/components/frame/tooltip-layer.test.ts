// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, shallowRef } from 'vue'
import AppButton from '../../../../renderer/components/base/AppButton.vue'
import IconButton from '../../../../renderer/components/base/IconButton.vue'
import TooltipLayer from '../../../../renderer/components/frame/TooltipLayer.vue'

enableAutoUnmount(afterEach)
beforeEach(() => {
  vi.useFakeTimers()
  isThere.value = true
})
afterEach(() => void vi.useRealTimers())

const reason = shallowRef('orders-eu is read-only')
const isThere = shallowRef(true)
const Page = {
  components: { AppButton, IconButton, TooltipLayer },
  setup: () => ({ reason, isThere }),
  template: `<main>
    <AppButton v-if="isThere" id="ack" disabled :reason="reason">Ack</AppButton>
    <AppButton id="plain">Plain</AppButton>
    <IconButton id="find" label="Find" keys="/"><span id="icon">x</span></IconButton>
    <TooltipLayer />
  </main>`,
}

const tip = (): string | null => document.querySelector('.tooltip-box .text')?.textContent ?? null
const at = (id: string): HTMLElement => {
  const found = document.getElementById(id)
  if (!found) throw new Error(`nothing is called ${id}`)
  return found
}

async function over(id: string, pointerType = 'mouse'): Promise<void> {
  at(id).dispatchEvent(new PointerEvent('pointerover', { bubbles: true, pointerType }))
  await nextTick()
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await nextTick()
}

describe('the tooltip of the page', () => {
  it('says why a button is off, once the pointer rested on it', async () => {
    mount(Page, { attachTo: document.body })
    await over('ack')
    await pass(300)
    expect(tip()).toBeNull()
    await pass(200)
    expect(tip()).toBe('orders-eu is read-only')
    const described = at('ack').getAttribute('aria-describedby') ?? ''
    expect(at(described).textContent).toBe('orders-eu is read-only')
  })

  it('is of the button, whatever of it is hovered, and tells its keys', async () => {
    mount(Page, { attachTo: document.body })
    await over('icon')
    await pass(500)
    expect(tip()).toBe('Find')
    expect(document.querySelector('.tooltip-box')?.textContent).toContain('/')
  })

  it('goes to the next button without delay, and away with the pointer', async () => {
    mount(Page, { attachTo: document.body })
    await over('ack')
    await pass(500)
    await over('find')
    expect(tip()).toBe('Find')
    expect(at('ack').hasAttribute('aria-describedby')).toBe(false)
    await over('plain')
    await pass(200)
    expect(tip()).toBeNull()
  })

  it('does not come for a touch, a button without one, or a passing pointer', async () => {
    mount(Page, { attachTo: document.body })
    await over('ack', 'touch')
    await pass(500)
    expect(tip()).toBeNull()
    await over('plain')
    await pass(500)
    expect(tip()).toBeNull()
    await over('ack')
    await pass(200)
    await over('plain')
    await pass(500)
    expect(tip()).toBeNull()
  })

  it('goes when the button is pressed, or is gone itself', async () => {
    mount(Page, { attachTo: document.body })
    await over('ack')
    await pass(500)
    at('ack').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
    await nextTick()
    expect(tip()).toBeNull()
    await over('find')
    await over('ack')
    await pass(500)
    expect(tip()).not.toBeNull()
    isThere.value = false
    await pass(20)
    expect(tip()).toBeNull()
  })

  it('comes at once for what is reached by Tab, and not for what is focused otherwise', async () => {
    mount(Page, { attachTo: document.body })
    at('ack').focus()
    await nextTick()
    expect(tip()).toBeNull()
    at('plain').dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', bubbles: true }))
    at('find').focus()
    await nextTick()
    expect(tip()).toBe('Find')
    at('find').blur()
    await nextTick()
    expect(tip()).toBeNull()
    at('plain').dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }))
    at('ack').focus()
    await nextTick()
    expect(tip()).toBeNull()
  })

  it('follows the words of its button', async () => {
    mount(Page, { attachTo: document.body })
    await over('ack')
    await pass(500)
    reason.value = 'The user may not run XACK'
    await nextTick()
    await pass(20)
    expect(tip()).toBe('The user may not run XACK')
  })
})
