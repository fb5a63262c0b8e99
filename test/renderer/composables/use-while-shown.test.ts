// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { computed, h, KeepAlive, nextTick, shallowRef } from 'vue'
import { useWhileShown } from '../../../renderer/composables/use-while-shown'

enableAutoUnmount(afterEach)

const source = shallowRef(1)
const isThere = shallowRef(true)
let worked = 0
const View = {
  setup() {
    const seen = useWhileShown(() => source.value)
    const doubled = computed(() => {
      worked += 1
      return seen.value * 2
    })
    return () => h('p', doubled.value)
  },
}
const Stage = {
  setup: () => () => h(KeepAlive, null, { default: () => (isThere.value ? h(View) : h('span', 'elsewhere')) }),
}

it('rests while the view is kept behind another, and has the latest when it is back', async () => {
  const stage = mount(Stage)
  expect(stage.text()).toBe('2')
  source.value = 2
  await nextTick()
  expect(stage.text()).toBe('4')

  isThere.value = false
  await nextTick()
  const before = worked
  for (const value of [3, 4, 5]) {
    source.value = value
    await nextTick()
  }
  expect(worked).toBe(before)

  isThere.value = true
  await nextTick()
  await nextTick()
  expect(stage.text()).toBe('10')
  source.value = 6
  await nextTick()
  expect(stage.text()).toBe('12')
})

it('follows at once where views are not kept', async () => {
  source.value = 7
  const view = mount(View)
  source.value = 8
  await nextTick()
  expect(view.text()).toBe('16')
})
