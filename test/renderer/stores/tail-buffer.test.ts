import { describe, expect, it } from 'vitest'
import { createTailBuffer } from '../../../renderer/stores/tail-buffer'
import type { Entry } from '../../../shared/model/entry'
import type { TailEvent } from '../../../shared/model/entry-query'

function entries(from: number, count: number, beside: Partial<TailEvent> = {}): TailEvent {
  const list: Entry[] = Array.from({ length: count }, (_, at) => ({
    ...{ id: `${from + at}-0`, fields: [], moreFields: 0, size: 0 },
  }))
  return { entries: list, passed: 0, partly: 0, at: `${from + count - 1}-0`, ...beside }
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

  it('counts what was passed over, and knows how far it is by that too', () => {
    const tail = createTailBuffer()
      .add(entries(1, 2, { passed: 7, at: '9-0' }))
      .add(entries(10, 0, { passed: 5, partly: 1, at: '20-0' }))
    expect(tail).toMatchObject({ received: 2, passed: 12, partly: 1, lastId: '20-0' })
    expect(tail.rows.map(({ id }) => id)).toEqual(['2-0', '1-0'])
    // What is told twice is counted once.
    expect(tail.add(entries(10, 5, { passed: 5, at: '20-0' }))).toMatchObject({ received: 2, passed: 12 })
  })

  it('what is passed over while it is paused waits for nothing', () => {
    const tail = createTailBuffer()
      .pause()
      .add(entries(1, 0, { passed: 40, at: '40-0' }))
    expect(tail).toMatchObject({ held: 0, passed: 40, rows: [] })
  })

  it('remembers a gap', () => {
    expect(createTailBuffer().withGap().add(entries(1, 1)).gap).toBe(true)
  })
})
