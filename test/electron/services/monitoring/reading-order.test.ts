import { describe, expect, it } from 'vitest'
import { bytesKey, displayBytes } from '../../../../shared/bytes'
import { createKnownStreams } from '../../../../electron/services/monitoring/known-streams'
import { readAgainNext } from '../../../../electron/services/monitoring/read-again'
import { createReadingOrder } from '../../../../electron/services/monitoring/reading-order'
import { stalled, summary, thresholds } from '../../../shared/judgement/judged-samples'

const keys = Array.from({ length: 450 }, (_, at) => `s${String(at).padStart(3, '0')}`)

function walkOver(found: readonly string[] = keys) {
  const known = createKnownStreams(() => thresholds)
  const order = createReadingOrder((id) => known.get(id) !== undefined)
  order.found(found)
  let now = 0
  const read = () => {
    const chunk = order.take()
    now += 1
    for (const key of chunk) known.note(summary(displayBytes(key), key === 's400' ? [stalled] : []), now)
    return chunk
  }
  const readAll = () => {
    const chunks = []
    for (let chunk = read(); chunk.length > 0; chunk = read()) chunks.push(chunk)
    return chunks
  }
  return { known, order, readAll, read }
}

describe('the walk over all streams', () => {
  it('reads all of them, in chunks of 200, those on screen first', () => {
    const { order, readAll } = walkOver()
    order.show(['s300', 's301'])
    expect(order.isScreenWaiting()).toBe(true)
    const chunks = readAll()
    expect(chunks[0]).toEqual(['s300', 's301'])
    expect(chunks.map(({ length }) => length)).toEqual([2, 200, 200, 48])
    expect(new Set(chunks.flat()).size).toBe(450)
    expect(order.isScreenWaiting()).toBe(false)
  })

  it('reads again on each beat: what is on screen, then trouble, then the rest', () => {
    const { known, order, readAll } = walkOver()
    readAll()
    order.show(['s300'])
    order.again(readAgainNext(['s300'], known.all()))
    const again = readAll().flat()
    expect(again.slice(0, 3)).toEqual(['s300', 's400', 's000'])
    expect(new Set(again).size).toBe(450)
    expect(again).toHaveLength(450)
  })

  it('reads what was changed before all else but what is on screen and was never read', () => {
    const { order, read } = walkOver()
    read()
    order.want(['s007'])
    order.show(['s449'])
    expect(read()).toEqual(['s449'])
    expect(read()[0]).toBe('s007')
  })

  it('does not lose what was taken and could not be read', () => {
    const { order, readAll } = walkOver()
    const taken = order.take()
    expect(taken).toHaveLength(200)
    order.giveBack(taken)
    expect(new Set(readAll().flat()).size).toBe(450)
  })

  it('leaves out what was forgotten', () => {
    const { order, readAll } = walkOver()
    order.forget(bytesKey('s001'))
    expect(readAll().flat()).not.toContain('s001')
  })

  it('with more trouble than a beat holds, reads the rest all the same, and all of it in turn', () => {
    const many = Array.from({ length: 1_500 }, (_, at) => `t${String(at).padStart(4, '0')}`)
    const known = createKnownStreams(() => thresholds)
    many.forEach((key, at) => known.note(summary(key, at < 1_000 ? [stalled] : []), 0))
    const seen = new Map<string, number>()
    for (let beat = 1; beat <= 5; beat += 1) {
      const next = readAgainNext([], known.all())
      expect(next).toHaveLength(600)
      for (const key of next) {
        seen.set(displayBytes(key), (seen.get(displayBytes(key)) ?? 0) + 1)
        known.note(summary(displayBytes(key), Number(displayBytes(key).slice(1)) < 1_000 ? [stalled] : []), beat)
      }
    }
    expect(seen.size).toBe(1_500)
    expect(Math.max(...seen.values())).toBeLessThanOrEqual(2)
  })
})
