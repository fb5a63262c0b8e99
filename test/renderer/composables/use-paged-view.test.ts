// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import { linkState } from '../../../renderer/api/link-state'
import { usePagedView } from '../../../renderer/composables/use-paged-view'
import { createPagedList, type Row } from '../../../renderer/stores/paged-list'
import { useRefreshBeat } from '../../../renderer/stores/refresh'
import { useSettings } from '../../../renderer/stores/settings'

enableAutoUnmount(afterEach)
beforeEach(() => {
  linkState.value = { kind: 'connected' }
  setActivePinia(createPinia())
  useSettings().settings.refreshSeconds = 0
})

/** How often it was read, and the view of it. */
async function start(rests: () => boolean) {
  let reads = 0
  const listOf = () =>
    createPagedList<Row>({
      order: 'oldest',
      read: () => {
        reads += 1
        return Promise.resolve({ rows: [{ id: '1-0' }], next: null })
      },
    })
  const list = shallowRef(listOf())
  let view: ReturnType<typeof usePagedView<Row>> | undefined
  mount(
    defineComponent({
      setup() {
        view = usePagedView(() => list.value, rests)
        return () => h('p')
      },
    }),
  )
  await flushPromises()
  if (!view) throw new Error('not mounted')
  return { view, reads: () => reads, another: () => (list.value = listOf()) }
}

async function beat(): Promise<void> {
  useRefreshBeat().beat += 1
  await flushPromises()
}

it('is read again on each beat', async () => {
  const { reads } = await start(() => false)
  await beat()
  await beat()
  expect(reads()).toBe(3)
})

it('one that rests is read when it is opened and when a person asks, and on no beat', async () => {
  const { view, reads } = await start(() => true)
  const openedAt = view.readAtMs.value
  expect(openedAt).not.toBeNull()
  await beat()
  await beat()
  expect([reads(), view.readAtMs.value]).toEqual([1, openedAt])
  useRefreshBeat().now()
  await flushPromises()
  expect(reads()).toBe(2)
  await beat()
  expect(reads()).toBe(2)
  await view.refresh()
  expect(reads()).toBe(3)
})

it('another list that rests is read once it is looked at', async () => {
  const { view, reads, another } = await start(() => true)
  await beat()
  another()
  await flushPromises()
  expect(reads()).toBe(2)
  expect(view.readAtMs.value).not.toBeNull()
})
