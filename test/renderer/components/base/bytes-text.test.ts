// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import BytesText from '../../../../renderer/components/base/BytesText.vue'
import { useToasts } from '../../../../renderer/stores/toasts'

enableAutoUnmount(afterEach)

beforeEach(() => setActivePinia(createPinia()))

function shown(value: Bytes): string {
  return mount(BytesText, { props: { value } }).text()
}

describe('any bytes as text', () => {
  it('are never taken for markup', () => {
    const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>'
    const wrapper = mount(BytesText, { props: { value: hostile } })
    expect(wrapper.text()).toBe(hostile)
    expect(wrapper.find('img, script').exists()).toBe(false)
  })

  it('show what would be invisible or change direction', () => {
    expect(shown('a\u0000b\nc\u202Ed')).toBe('a\\u{0}b\\nc\\u{202e}d')
    expect(shown({ base64: '//4=' })).toBe('\\xff\\xfe')
    expect(shown('')).toBe('(empty)')
  })

  it('keep text in any script whole', () => {
    for (const text of ['مرحبا بالعالم', '🎉🎊 party', 'Ünïcödé']) expect(shown(text)).toBe(text)
  })

  it('are copied as they are, or as redis-cli reads them back', async () => {
    const writeText = vi.fn(() => Promise.resolve())
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } })
    await mount(BytesText, { props: { value: 'orders', copy: true } })
      .get('button')
      .trigger('click')
    await mount(BytesText, { props: { value: { base64: '//4=' }, copy: true } })
      .get('button')
      .trigger('click')
    await flushPromises()
    expect(writeText.mock.calls).toEqual([['orders'], ['"\\xff\\xfe"']])
    expect(useToasts().toasts).toHaveLength(2)
    vi.unstubAllGlobals()
  })
})
