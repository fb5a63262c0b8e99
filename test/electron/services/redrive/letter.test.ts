import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { choose } from '../../../../electron/services/redrive/choose'
import { readLetter, tailOf, type Letter } from '../../../../electron/services/redrive/letter'
import { mostOf, nextLetters } from '../../../../electron/services/redrive/part'
import { provenanceOf } from '../../../../electron/services/inspection/copy-provenance'
import { REDRIVING } from '../../../../shared/provenance'

const text = (...parts: readonly string[]): Buffer[] => parts.map((part) => Buffer.from(part))
const ORIGIN = Buffer.from([0xff, 0x00, 0x6f])
const DEAD = Buffer.from('orders:dead')
const row = {
  ...{ id: '7-1', consumer: Buffer.from([0xfe]), deliveries: 5 },
  ...{ idleMs: 1, deliveredAt: 1, deliveredBy: 1 },
}
const buried = (own: readonly Buffer[], stream = ORIGIN, reason: string | null = ''): Buffer[] => [
  ...own,
  ...provenanceOf({ stream, group: Buffer.from('billing'), reason }, row, 1_700_000_000_000),
]
const read = (fields: readonly Buffer[], id = '9-0'): Letter => readLetter({ id, fields })
/** As it is after a redrive. */
const copyOf = (letter: Letter): Buffer[] => [...letter.fields.slice(0, letter.own), ...tailOf(letter, DEAD, 5)]

const options = { to: null, strays: null, create: false, mostRedrives: 3 }

describe('a dead letter', () => {
  test('is read back as what was dead-lettered, whatever its bytes', () => {
    const anEntry = fc.array(fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 })), {
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(anEntry, (pairs) => {
        const own = pairs.flat().map((part) => Buffer.from(part))
        const letter = read(buried(own))
        expect(letter).toMatchObject({ origin: ORIGIN, own: own.length, redrives: 0 })
      }),
    )
  })

  test('counts its redrives over any number of rounds, and carries the fields of the last one only', () => {
    let fields = text('total', '12')
    for (let round = 1; round <= 5; round += 1) {
      const letter = read(buried(fields))
      expect(letter).toMatchObject({ redrives: round - 1, own: 2, origin: ORIGIN })
      fields = copyOf(letter)
      const tail = text('sluice:redrives', String(round), 'sluice:dead-stream')
      expect(fields.slice(0, 5)).toEqual([...text('total', '12'), ...tail])
      expect(fields).toHaveLength(10)
    }
  })

  test('that was requeued between two rounds keeps its count, and what the requeue says', () => {
    const once = copyOf(read(buried(text('total', '12'))))
    const requeued = buried(once, ORIGIN, null)
    const letter = read(buried(requeued))
    expect(letter).toMatchObject({ redrives: 1, own: requeued.length })
    expect(read(buried(copyOf(letter)))).toMatchObject({ redrives: 2 })
  })

  test('comes from the stream of its last dead-lettering', () => {
    const twice = buried(buried(text('a', '1'), Buffer.from('first')), Buffer.from('second'))
    const letter = read(twice)
    expect(letter.origin?.toString()).toBe('second')
    expect(read(twice.slice(0, letter.own)).origin?.toString()).toBe('first')
  })

  test.each([
    ['no provenance at all', text('a', '1')],
    ['the provenance of a requeue', buried(text('a', '1'), ORIGIN, null)],
    ['a field behind it', [...buried(text('a', '1')), ...text('b', '2')]],
    ['the stream’s name alone', text('a', '1', 'sluice:stream', 'orders')],
    ['no stream', text('a', '1', 'sluice:id', '1-0', 'sluice:reason', '')],
    ['a field twice', text('sluice:stream', 's', 'sluice:id', '1', 'sluice:id', '2', 'sluice:reason', '')],
  ])('with %s does not say where it comes from, and all its fields are its own', (_what, fields) => {
    expect(read(fields)).toMatchObject({ origin: null, own: fields.length })
  })

  test('with nothing but its provenance has no fields of its own', () => {
    expect(read(buried([]))).toMatchObject({ own: 0, origin: ORIGIN })
  })

  test('whose stream has an empty name comes from there', () => {
    expect(read(buried(text('a', '1'), Buffer.alloc(0))).origin).toEqual(Buffer.alloc(0))
  })

  test.each([
    ['7', 7],
    ['99999999999999999999999', Number.MAX_SAFE_INTEGER],
    ['-1', 0],
    ['2.5', 0],
    ['many', 0],
    ['', 0],
  ])('that says %j was redriven %d times', (told, times) => {
    expect(read(text('a', '1', 'sluice:redrives', told)).redrives).toBe(times)
  })

  test('of several counts has the greatest, wherever it stands', () => {
    expect(read(text('sluice:redrives', '4', 'a', '1', 'sluice:redrives', '2')).redrives).toBe(4)
  })

  test('ends, as a copy, in what tells it from any other', () => {
    const letter = read(buried(text('a', '1')))
    expect(tailOf(letter, ORIGIN, 12)).toEqual([
      ...text('sluice:redrives', '1', 'sluice:dead-stream'),
      ORIGIN,
      ...text('sluice:dead-id', '9-0', 'sluice:redriven-at', '12'),
    ])
    expect(tailOf(letter, ORIGIN, 12)).toHaveLength(2 * REDRIVING.length)
  })
})

describe('where a dead letter goes', () => {
  const plain = read(text('a', '1'))
  const dead = read(buried(text('a', '1')))
  const often = read(buried(text('a', '1', 'sluice:redrives', '3')))

  test.each([
    ['to where it came from', dead, {}, { to: ORIGIN }],
    ['to the stream that is named instead', dead, { to: 'other' }, { to: Buffer.from('other') }],
    ['to a stream whose name is bytes', dead, { to: { base64: '/wA=' } }, { to: Buffer.from([255, 0]) }],
    ['nowhere, where nothing says where', plain, { to: 'other' }, { stays: 'noProvenance' as const }],
    ['where those go that do not say', plain, { strays: 'other' }, { to: Buffer.from('other') }],
    ['nowhere, after too many rounds', often, {}, { stays: 'tooOften' as const }],
    ['nowhere either when a stream is named', often, { to: 'other' }, { stays: 'tooOften' as const }],
    ['on, where more rounds are allowed', often, { mostRedrives: 4 }, { to: ORIGIN }],
  ])('is %s', (_where, letter, changes, expected) => {
    expect(choose(letter, { ...options, ...changes })).toEqual(expected)
  })
})

describe('the parts of a redrive', () => {
  const sized = (bytes: number): Letter => read([Buffer.from('n'), Buffer.alloc(bytes - 1)])

  test.each([
    [null, 50],
    [50, 10],
    [1, 1],
    [10_000, 50],
    [7, 2],
  ])('of a limit of %s a second have %d entries at most', (perSecond, most) => {
    expect(mostOf(perSecond)).toBe(most)
  })

  test('hold 256 KiB at most, or one entry', () => {
    const letters = [sized(200_000), sized(60_000), sized(60_000), sized(900_000), sized(1)]
    const parts: number[] = []
    for (let at = 0; at < letters.length;) {
      const part = nextLetters(letters, at, 100)
      parts.push(part.length)
      at += part.length
    }
    expect(parts).toEqual([2, 1, 1, 1])
  })

  test('keep what no script can copy to itself', () => {
    const wide = read(Array.from({ length: 7_000 }, () => Buffer.from('x')))
    expect([nextLetters([sized(9), wide, sized(9)], 0, 100), nextLetters([wide, sized(9)], 0, 100)]).toMatchObject([
      { length: 1 },
      { length: 1 },
    ])
  })
})
