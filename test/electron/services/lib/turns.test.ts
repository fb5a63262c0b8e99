import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createTurns, type Turns } from '../../../../electron/services/lib/turns'

/** Asks for a turn, and notes in `begun` when it begins. */
function asking(turns: Turns, begun: string[]) {
  return (who: string, name: string, signal?: AbortSignal) =>
    turns.take(who, signal).then((end) => {
      begun.push(name)
      return end
    })
}

describe('turns', () => {
  test('one at a time for each, in the order in which they asked, and nobody is held up by another', async () => {
    const begun: string[] = []
    const ask = asking(createTurns(3), begun)
    const [first, other] = [await ask('slow', 'slow 1'), await ask('quick', 'quick 1')]
    const waiting = [ask('slow', 'slow 2'), ask('slow', 'slow 3'), ask('quick', 'quick 2')]
    other()
    await waiting[2]
    expect(begun).toEqual(['slow 1', 'quick 1', 'quick 2'])
    first()
    ;(await waiting[0])?.()
    await waiting[1]
    expect(begun.slice(3)).toEqual(['slow 2', 'slow 3'])
  })

  test('so many in all, also of many who ask once', async () => {
    const begun: string[] = []
    const ask = asking(createTurns(2), begun)
    const ends = await Promise.all([ask('a', 'a'), ask('b', 'b')])
    const rest = [ask('c', 'c'), ask('d', 'd')]
    await setImmediate()
    expect(begun).toEqual(['a', 'b'])
    ends[0]?.()
    ends[0]?.()
    await rest[0]
    await setImmediate()
    expect(begun).toEqual(['a', 'b', 'c'])
    ends[1]?.()
    await rest[1]
  })

  test('whoever leaves while waiting takes no turn, and keeps nobody from theirs', async () => {
    const begun: string[] = []
    const ask = asking(createTurns(1), begun)
    const end = await ask('a', '1')
    const left = new AbortController()
    const [two, three] = [ask('a', '2', left.signal), ask('b', '3')]
    left.abort(new Error('left'))
    await expect(two).rejects.toThrow('left')
    end()
    await three
    expect(begun).toEqual(['1', '3'])
    await expect(ask('c', '4', left.signal)).rejects.toThrow('left')
  })
})
