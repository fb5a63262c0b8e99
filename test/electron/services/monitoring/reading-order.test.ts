import { describe, expect, it } from 'vitest'
import { bytesKey, displayBytes } from '../../../../shared/bytes'
import { createKnownStreams } from '../../../../electron/services/monitoring/known-streams'
import { readAgainNext } from '../../../../electron/services/monitoring/read-again'
import { createReadingOrder } from '../../../../electron/services/monitoring/reading-order'
import { stalled, summary, thresholds } from '../../../shared/judgement/judged-samples'

const keys = Array.from({ length: 450 }, (_, at) => `s${String(at).padStart(3, '0')}`)

function walkOver(found: readonly string[] = keys, room = Infinity) {
  const known = createKnownStreams(() => thresholds)
  const order = createReadingOrder((id) => known.get(id) !== undefined)
  order.found(found)
  let now = 0
  const read = () => {
    const { keys: chunk } = order.take(room)
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
    expect(again.slice(0, 4)).toEqual(['s300', 's400', 's000', 's001'])
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
    const taken = order.take(Infinity)
    expect(taken).toMatchObject({ asked: true })
    expect(taken.keys).toHaveLength(200)
    order.giveBack(taken.keys)
    expect(new Set(readAll().flat()).size).toBe(450)
  })

  it('leaves out what was forgotten', () => {
    const { order, readAll } = walkOver()
    order.forget(bytesKey('s001'))
    expect(readAll().flat()).not.toContain('s001')
  })

  it('takes of what nobody asked for only what there is room for, and all that was asked for', () => {
    const { known, order, readAll } = walkOver()
    readAll()
    order.again(readAgainNext([], known.all()))
    expect(order.take(3)).toMatchObject({ keys: { length: 3 }, asked: false })
    expect(order.take(0)).toEqual({ keys: [], asked: false })
    expect(order.isStale()).toBe(true)
    order.want(['s007', 's008'])
    expect(order.take(0)).toEqual({ keys: ['s007', 's008'], asked: true })
    order.found(['new'])
    expect(order.take(0)).toEqual({ keys: ['new'], asked: true })
  })

  it('with much trouble reads the rest all the same, in turns', () => {
    const many = Array.from({ length: 1_500 }, (_, at) => `t${String(at).padStart(4, '0')}`)
    const known = createKnownStreams(() => thresholds)
    many.forEach((key, at) => known.note(summary(key, at < 1_000 ? [stalled] : []), 0))
    const next = readAgainNext([], known.all())
    expect(new Set(next).size).toBe(1_500)
    expect(next.slice(0, 4)).toEqual(['t0000', 't1000', 't0001', 't1001'])
  })

  it('asks again for what the ACL refuses only when somebody wants it', () => {
    const known = createKnownStreams(() => thresholds)
    const refusal = (prefix: string) => ({ code: 'REDIS', message: '', data: { prefix, reply: '', command: 'XLEN' } })
    known.note({ ...summary('mine', []), error: refusal('NOPERM') }, 0)
    known.note({ ...summary('other', []), error: refusal('WRONGTYPE') }, 0)
    expect(readAgainNext(['mine'], known.all())).toEqual(['other'])
    expect(readAgainNext(['mine'], known.all(), 'too')).toEqual(['mine', 'other'])
  })
})
