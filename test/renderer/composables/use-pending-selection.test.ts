import { describe, expect, it } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useIdSelection } from '../../../renderer/composables/use-id-selection'
import { usePendingSelection } from '../../../renderer/composables/use-pending-selection'
import type { PendingEntry } from '../../../shared/model/pending'

function entry(id: string, consumer = 'ann'): PendingEntry {
  return { id, consumer, idleMs: 0, deliveries: 1, inStream: true, body: null }
}

function rowsOf(from: number, to: number): readonly PendingEntry[] {
  return Array.from({ length: to - from + 1 }, (_, at) => entry(`${from + at}-0`))
}

interface Shown {
  readonly rows: readonly PendingEntry[]
  readonly atStart: boolean
  readonly atEnd: boolean
  readonly isRead?: boolean
}

function select(stretch: Shown) {
  const shown = shallowRef(stretch)
  const selection = effectScope().run(() => usePendingSelection(() => ({ isRead: true, ...shown.value })))
  if (!selection) throw new Error('no scope')
  return { shown, selection }
}

describe('what is ticked in a pending list', () => {
  it.each([
    ['the first', rowsOf(2, 9)],
    ['the last', rowsOf(1, 8)],
    ['one between', [...rowsOf(1, 4), ...rowsOf(6, 9)]],
  ])('loses %s entry when it is acked', async (_which, left) => {
    const { shown, selection } = select({ rows: rowsOf(1, 9), atStart: true, atEnd: true })
    selection.selectRows(shown.value.rows)
    shown.value = { rows: left, atStart: true, atEnd: true }
    await nextTick()
    expect(selection.ids.value).toEqual(left.map(({ id }) => id))
  })

  it('keeps what lies beyond the rows at hand while there is more on that side', async () => {
    const { shown, selection } = select({ rows: rowsOf(1, 9), atStart: true, atEnd: false })
    selection.selectRows(shown.value.rows)
    shown.value = { rows: rowsOf(3, 7), atStart: false, atEnd: false }
    await nextTick()
    expect(selection.ids.value).toHaveLength(9)
    shown.value = { rows: rowsOf(3, 7), atStart: true, atEnd: false }
    await nextTick()
    expect(selection.ids.value).toEqual(['3-0', '4-0', '5-0', '6-0', '7-0', '8-0', '9-0'])
  })

  it('stays while the list is loaded anew, and is judged by what comes', async () => {
    const { shown, selection } = select({ rows: rowsOf(1, 4), atStart: true, atEnd: true })
    selection.selectRows(shown.value.rows)
    shown.value = { rows: [], atStart: true, atEnd: true, isRead: false }
    await nextTick()
    expect(selection.ids.value).toHaveLength(4)
    shown.value = { rows: rowsOf(2, 3), atStart: true, atEnd: true }
    await nextTick()
    expect(selection.ids.value).toEqual(['2-0', '3-0'])
  })

  it('is nothing once nothing is pending', async () => {
    const { shown, selection } = select({ rows: rowsOf(1, 2), atStart: true, atEnd: true })
    selection.selectRows(shown.value.rows)
    shown.value = { rows: [], atStart: true, atEnd: true }
    await nextTick()
    expect(selection.ids.value).toEqual([])
  })

  it('has a holder only when one consumer holds all of it', async () => {
    const { shown, selection } = select({ rows: [entry('1-0'), entry('2-0', 'bob')], atStart: true, atEnd: true })
    selection.selectRows(shown.value.rows.slice(0, 1))
    expect(selection.holder.value).toBe('ann')
    selection.selectRows(shown.value.rows)
    expect(selection.holder.value).toBeNull()
    shown.value = { rows: [entry('1-0')], atStart: true, atEnd: true }
    await nextTick()
    expect(selection.holder.value).toBe('ann')
  })
})

describe('what is ticked in a list that begins with the newest', () => {
  it('keeps what lies beyond the rows at hand, on the side where there is more', async () => {
    const ids = (from: number, to: number): readonly { id: string }[] => rowsOf(from, to).toReversed()
    const shown = shallowRef({ rows: ids(1, 9), order: 'newest' as const, atStart: true, atEnd: true })
    const selection = effectScope().run(() => useIdSelection(() => ({ isRead: true, ...shown.value })))
    if (!selection) throw new Error('no scope')
    selection.selected.value = new Set(shown.value.rows.map(({ id }) => id))
    shown.value = { rows: ids(3, 7), order: 'newest', atStart: true, atEnd: false }
    await nextTick()
    expect(selection.ids.value).toEqual(['1-0', '2-0', '3-0', '4-0', '5-0', '6-0', '7-0'])
    shown.value = { rows: ids(5, 7), order: 'newest', atStart: false, atEnd: true }
    await nextTick()
    expect(selection.ids.value).toEqual(['5-0', '6-0', '7-0'])
  })
})
