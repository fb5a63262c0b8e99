// @vitest-environment happy-dom
import { type VueWrapper, enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h, reactive, type Component } from 'vue'
import DataTable from '../../../../renderer/components/base/DataTable.vue'

interface Row {
  readonly id: string
}

interface State {
  rows: readonly Row[]
  selected: ReadonlySet<string>
  active: string | null
  opened: string[]
  ends: number
  anchored: boolean
}

let state: State
let wrapper: VueWrapper

const rows = (count: number, from = 0): Row[] => Array.from({ length: count }, (_, at) => ({ id: `r${from + at}` }))

enableAutoUnmount(afterEach)

beforeEach(async () => {
  setActivePinia(createPinia())
  state = reactive<State>({
    rows: rows(1_000),
    selected: new Set(),
    active: null,
    opened: [],
    ends: 0,
    anchored: false,
  })
  const table = DataTable as Component
  wrapper = mount(
    defineComponent({
      render: () =>
        h(
          table,
          {
            label: 'Rows',
            rows: state.rows,
            rowKey: (row: Row) => row.id,
            columns: [
              { id: 'name', label: 'Name', width: '1fr', sortable: true },
              { id: 'more', label: 'More', width: '80px', align: 'end' },
            ],
            selectable: true,
            anchored: state.anchored,
            selected: state.selected,
            'onUpdate:selected': (selected: ReadonlySet<string>) => (state.selected = selected),
            active: state.active,
            'onUpdate:active': (active: string | null) => (state.active = active),
            onOpen: (row: Row) => state.opened.push(row.id),
            onReachedEnd: () => (state.ends += 1),
          },
          { 'cell-name': ({ row }: { row: Row }) => row.id },
        ),
    }),
    { attachTo: document.body },
  )
  await flushPromises()
})

async function press(key: string, modifiers: KeyboardEventInit = {}): Promise<void> {
  wrapper.get('[role=grid]').element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...modifiers }))
  await flushPromises()
}

function row(name: string) {
  const found = wrapper.findAll('[role=row]').find((one) => one.text().startsWith(name))
  if (!found) throw new Error(`row ${name} is not in the page`)
  return found
}

describe('a table of a thousand rows', () => {
  it('has in the page only what shows, and tells readers how many there are', () => {
    expect(wrapper.findAll('[aria-rowindex]').length).toBeLessThan(80)
    expect(wrapper.get('[role=grid]').attributes('aria-rowcount')).toBe('1001')
  })

  it('is walked by keys, opened by Enter', async () => {
    await press('j')
    await press('ArrowDown')
    await press('k')
    expect(state.active).toBe('r0')
    await press('End')
    expect(state.active).toBe('r999')
    await press('Home')
    await press('Enter')
    expect(state.opened).toEqual(['r0'])
  })

  it('points readers at the active row while it is in the page', async () => {
    await press('j')
    const id = wrapper.get('[role=grid]').attributes('aria-activedescendant') ?? ''
    expect(document.getElementById(id)?.textContent).toContain('r0')
  })

  it('ticks by Space, and extends by Shift', async () => {
    await press('j')
    await press(' ')
    await press('ArrowDown', { shiftKey: true })
    await press('ArrowDown', { shiftKey: true })
    expect([...state.selected]).toEqual(['r0', 'r1', 'r2'])
    await press('a', { ctrlKey: true })
    expect(state.selected.size).toBe(1_000)
    await press('a', { ctrlKey: true })
    expect(state.selected.size).toBe(0)
  })

  it('selects by mouse: the box, Shift for a range, Ctrl for one more', async () => {
    await row('r1').get('input').trigger('click')
    await row('r4').trigger('click', { shiftKey: true })
    await row('r8').trigger('click', { ctrlKey: true })
    expect([...state.selected]).toEqual(['r1', 'r2', 'r3', 'r4', 'r8'])
    expect(state.opened).toEqual([])
    expect(row('r4').attributes('aria-selected')).toBe('true')
  })

  it('opens by a plain click', async () => {
    await row('r3').trigger('click')
    expect(state.opened).toEqual(['r3'])
    expect(state.active).toBe('r3')
  })

  it('keeps selection and active row over a refresh that moves them', async () => {
    await row('r3').trigger('click')
    await press(' ')
    state.rows = [{ id: 'new' }, ...rows(1_000)]
    await flushPromises()
    expect(state.active).toBe('r3')
    expect(row('r3').attributes('aria-rowindex')).toBe('6')
    expect(row('r3').classes()).toContain('selected')
  })

  it('keeps the rows in sight where they are when others come in above, if anchored', async () => {
    state.anchored = true
    await flushPromises()
    const grid = wrapper.get('[role=grid]').element
    grid.scrollTop = 2_800
    grid.dispatchEvent(new Event('scroll'))
    await flushPromises()
    state.rows = [...rows(10, 5_000), ...rows(1_000)]
    await flushPromises()
    expect(grid.scrollTop).toBe(2_800 + 280)
  })

  it('asks for more near its end', async () => {
    expect(state.ends).toBe(0)
    await press('End')
    expect(state.ends).toBeGreaterThan(0)
  })

  it('leaves keys to a control inside a row', async () => {
    const box = row('r0').get('input').element
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }))
    await flushPromises()
    expect(state.active).toBeNull()
  })
})
