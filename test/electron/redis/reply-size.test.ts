import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReplyCheck } from '../../../electron/redis/reply-check'
import { createReplySize } from '../../../electron/redis/reply-size'
import { decoderMemory, type Feed } from '../../helpers/decoder-memory'
import { longer } from '../../helpers/soak'

const MIB = 1024 * 1024
const MOST_MEMORY = 300_000_000
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('a reply is too much', () => {
  test('by its values, however small they are, in one list or in many', () => {
    expect(createReplyCheck()(bytes('*1300000\r\n'))).toBe('too-much')
    expect(createReplyCheck()(bytes('%650000\r\n'))).toBe('too-much')
    expect(createReplyCheck()(bytes('*2\r\n*700000\r\n'))).toBeNull()
    expect(createReplyCheck()(bytes(`*2\r\n*700000\r\n${'_\r\n'.repeat(700_000)}*700000\r\n`))).toBe('too-much')
  })

  test.each(['-ERR\r\n', '!3\r\nabc\r\n'])('by its errors, which take more: %j', (error) => {
    const check = createReplyCheck()
    expect(check(bytes(`*800000\r\n${error.repeat(400_000)}`))).toBeNull()
    expect(check(bytes(error.repeat(400_000)))).toBe('too-much')
  })

  test('by fewer where it is held small', () => {
    const held = (text: string) => createReplyCheck(undefined, createReplySize(8 * MIB))(bytes(text))
    expect(held('*400000\r\n')).toBeNull()
    expect(held('*450000\r\n')).toBe('too-much')
  })

  test('by its lines as by its bodies', () => {
    const check = createReplyCheck(undefined, createReplySize(MIB))
    const line = `+${'a'.repeat(60_000)}\r\n`
    expect(check(bytes(`*100\r\n${line.repeat(17)}`))).toBeNull()
    expect(check(bytes(line))).toBe('too-much')
    expect(
      createReplyCheck(
        undefined,
        createReplySize(MIB),
      )(bytes(`*100\r\n$1000000\r\n${'a'.repeat(1_000_000)}\r\n${line}`)),
    ).toBe('too-much')
  })

  test('by the pieces that it comes in, if they are tiny and without end', () => {
    const check = createReplyCheck(undefined, createReplySize(MIB))
    check(bytes('$1000000\r\n'))
    const byte = bytes('a')
    let pieces = 0
    while (check(byte) === null) pieces += 1
    expect(pieces).toBeLessThan(30_000)
  })

  test('and each is counted by itself', () => {
    const check = createReplyCheck(undefined, createReplySize(MIB))
    for (let reply = 0; reply < 100; reply += 1) {
      expect(check(bytes(`*2\r\n*20000\r\n${':1\r\n'.repeat(20_000)}+${'a'.repeat(60_000)}\r\n`))).toBeNull()
    }
  })

  test('but not the pieces of a large one, as a slow line cuts them', () => {
    const check = createReplyCheck(undefined, createReplySize(512 * MIB))
    expect(check(bytes(`$${100 * MIB}\r\n`))).toBeNull()
    const piece = Buffer.alloc(1_400)
    for (let at = 0; at + piece.length < 100 * MIB; at += piece.length) {
      if (check(piece) !== null) throw new Error(`refused at ${at}`)
    }
  })
})

/** So many values, or little less, is what passes; checked here, so that the figure below is that of the worst. */
function filled(head: (count: number) => string, unit: string, valuesPerUnit: number): Feed {
  const most = Math.floor((192 * MIB) / (160 * valuesPerUnit))
  const passes = (count: number): boolean => {
    const check = createReplyCheck()
    return check(bytes(head(count))) === null && check(bytes(unit.repeat(count))) === null
  }
  expect([passes(most), passes(most + 1)]).toEqual([true, false])
  return { head: head(most), unit, times: most, perPiece: 2_000 }
}

describe('what passes never takes more than 300 MB', () => {
  const list = (count: number): string => `*${count}\r\n`
  test.each<readonly [string, (count: number) => string, string, number]>([
    ['empty strings', list, '$0\r\n\r\n', 1],
    ['lines', list, '+a\r\n', 1],
    ['errors', list, '-ERR\r\n', 2],
    ['lists in lists', list, '*1\r\n*0\r\n', 2],
    ['maps', list, '%1\r\n+a\r\n+b\r\n', 3],
    ['great numbers', list, `(${'9'.repeat(40)}\r\n`, 1],
    ['a map', (count) => `%${count}\r\n`, '$1\r\na\r\n$1\r\nb\r\n', 2],
  ])('in %s without end', async (_what, head, unit, valuesPerUnit) => {
    expect(await decoderMemory([filled(head, unit, valuesPerUnit)])).toBeLessThan(MOST_MEMORY)
  })

  test('in one body, a byte at a time', async () => {
    const check = createReplyCheck()
    const head = '$1000000\r\n'
    check(bytes(head))
    let times = 0
    while (check(Uint8Array.of(97)) === null) times += 1
    expect(times).toBeGreaterThan(500_000)
    expect(await decoderMemory([{ head, unit: 'a', times, perPiece: 1 }])).toBeLessThan(MOST_MEMORY)
  })

  test('in replies that are changed at random', async () => {
    const reply = fc
      .array(
        fc.constantFrom(
          ...[
            '+OK\r\n',
            '-ERR x\r\n',
            ':12\r\n',
            '$-1\r\n',
            '$5\r\nabcde\r\n',
            '*2\r\n',
            '*0\r\n',
            '%1\r\n',
            ',1.5\r\n',
          ],
          ...['(12\r\n', '#t\r\n', '_\r\n', '=5\r\ntxt:a\r\n', '~1\r\n', '*1000\r\n', '$64000\r\n', '*300000\r\n'],
        ),
        { minLength: 1, maxLength: 12 },
      )
      .map((parts) => parts.join(''))
    const change = fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(...'0123456789$*%+-:\r\n'), fc.string({ maxLength: 3 })))
    const changed = fc.sample(fc.tuple(reply, fc.array(change, { minLength: 1, maxLength: 5 })), longer(1_000))
    const feeds = changed.map(([text, changes]) => {
      let all = text
      for (const [at, by] of changes) all = `${all.slice(0, at % all.length)}${by}${all.slice((at % all.length) + 1)}`
      return passing(all)
    })
    expect(await decoderMemory(feeds)).toBeLessThan(MOST_MEMORY)
  })
})

/** All of it before the byte that is refused. */
function passing(all: string): Feed {
  const check = createReplyCheck()
  const refusedAt = [...bytes(all)].findIndex((byte) => check(Uint8Array.of(byte)) !== null)
  return { head: refusedAt < 0 ? all : all.slice(0, refusedAt), unit: '', times: 0, perPiece: 1 }
}
