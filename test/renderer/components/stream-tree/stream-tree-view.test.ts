// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import type { Bytes } from '../../../../shared/bytes'
import StreamTree from '../../../../renderer/components/stream-tree/StreamTree.vue'
import { buildTree, byText, streamName, visibleRows } from '../../../../renderer/utils/stream-tree'

enableAutoUnmount(afterEach)

const keys = ['orders', ...Array.from({ length: 500 }, (_, at) => `svc:${at}`), 'zz<b>bold</b>']
const tree = buildTree(keys.map(streamName).sort(byText), ':')
let wrapper: VueWrapper
let opened: Bytes[]

beforeEach(async () => {
  setActivePinia(createPinia())
  opened = []
  const closed = shallowRef<ReadonlySet<string>>(new Set())
  wrapper = mount(
    defineComponent({
      render: () =>
        h(StreamTree, {
          rows: visibleRows(tree, (id) => !closed.value.has(id)),
          rollUps: new Map(),
          currentId: 'sorders',
          onOpen: (key: Bytes) => opened.push(key),
          onToggle: (id: string) => (closed.value = closed.value.has(id) ? new Set() : new Set([id])),
        }),
    }),
    { attachTo: document.body },
  )
  await flushPromises()
})

async function press(...names: string[]): Promise<void> {
  for (const key of names) await wrapper.get('[role=tree]').trigger('keydown', { key })
}

function active(): string {
  const id = wrapper.get('[role=tree]').attributes('aria-activedescendant') ?? ''
  return document.getElementById(id)?.textContent.trim() ?? ''
}

describe('the tree', () => {
  it('has in the page only the rows that show', () => {
    expect(wrapper.findAll('[role=treeitem]').length).toBeLessThan(80)
  })

  it('is walked, folded and opened by keys', async () => {
    await press('ArrowDown', 'Enter')
    expect(opened).toEqual(['orders'])
    await press('j')
    expect(active()).toContain('svc:')
    await press('ArrowLeft')
    expect(wrapper.findAll('[role=treeitem]')).toHaveLength(3)
    await press('ArrowRight', 'ArrowRight')
    expect(active()).toBe('0')
    await press('ArrowLeft')
    expect(active()).toContain('svc:')
    await press('End', 'Enter')
    expect(opened.at(-1)).toBe('zz<b>bold</b>')
  })

  it('tells readers level, place and state', () => {
    const [first, folder, leaf] = wrapper.findAll('[role=treeitem]')
    expect(first?.attributes()).toMatchObject({ 'aria-level': '1', 'aria-posinset': '1', 'aria-selected': 'true' })
    expect(folder?.attributes('aria-expanded')).toBe('true')
    expect(leaf?.attributes()).toMatchObject({ 'aria-level': '2', 'aria-setsize': '500' })
  })

  it('takes no name for markup', async () => {
    await press('End')
    expect(wrapper.find('b').exists()).toBe(false)
  })
})
