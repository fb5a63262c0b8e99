import { describe, expect, it } from 'vitest'
import { createTailBuffer } from '../../../renderer/stores/tail-buffer'
import type { Entry } from '../../../shared/model/entry'

function entries(from: number, count: number): Entry[] {
  return Array.from({ length: count }, (_, at) => ({ id: `${from + at}-0`, fields: [], moreFields: 0, size: 0 }))
}

describe('the live tail', () => {
  it('shows the newest first', () => {
    const tail = createTailBuffer().add(entries(1, 3)).add(entries(4, 2))
    expect(tail.rows.map(({ id }) => id)).toEqual(['5-0', '4-0', '3-0', '2-0', '1-0'])
    expect(tail.received).toBe(5)
    expect(tail.lastId).toBe('5-0')
  })

  it('leaves out what it has seen', () => {
    const tail = createTailBuffer().add(entries(1, 3)).add(entries(2, 3))
    expect(tail.rows.map(({ id }) => id)).toEqual(['4-0', '3-0', '2-0', '1-0'])
    expect(tail.add(entries(1, 2)).rows).toBe(tail.rows)
  })

  it('never holds more than a thousand', () => {
    const tail = createTailBuffer().add(entries(1, 3_000))
    expect(tail.rows).toHaveLength(1_000)
    expect(tail.rows[0]?.id).toBe('3000-0')
    expect(tail.received).toBe(3_000)
  })

  it('stands still while paused, counts what waits, and goes on with it', () => {
    const paused = createTailBuffer().add(entries(1, 2)).pause().add(entries(3, 2_500))
    expect(paused.rows).toHaveLength(2)
    expect(paused.held).toBe(2_500)
    const resumed = paused.resume()
    expect(resumed.held).toBe(0)
    expect(resumed.rows).toHaveLength(1_000)
    expect(resumed.rows[0]?.id).toBe('2502-0')
  })

  it('remembers a gap', () => {
    expect(createTailBuffer().withGap().add(entries(1, 1)).gap).toBe(true)
  })
})
