import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createFrameReader,
  createFrameWriter,
  HEADER,
  type Figures,
} from '../../../../electron/services/history/frames'
import { createByteReader, createByteWriter, unzigzag, zigzag } from '../../../../electron/services/history/varints'
import { longer } from '../../../helpers/soak'

const COLUMNS = 3
interface Written {
  readonly step: number
  readonly figures: Readonly<Record<string, Figures>>
}

/** A file of these frames: in each, all series that there are. */
function fileOf(frames: readonly Written[]): Buffer {
  const writer = createFrameWriter()
  const numbers = new Map<string, number>()
  const numberOf = (name: string): number => {
    numbers.set(name, numbers.get(name) ?? numbers.size * 7)
    return numbers.get(name) ?? 0
  }
  const parts = frames.map(({ step, figures }) =>
    writer.frame(
      step,
      Object.entries(figures).map(([name, row]) => ({
        number: numberOf(name),
        name: () => Buffer.from(name, 'latin1'),
        figures: row,
      })),
    ),
  )
  return Buffer.concat([HEADER, ...parts])
}

/** `bytes`: of each part that it is read in. */
function read(file: Buffer, isWanted: (name: string) => boolean = () => true, bytes = Infinity): Written[] {
  const reader = createFrameReader((name) => isWanted(name.toString('latin1')), COLUMNS)
  const frames: Written[] = []
  for (let at = 0; at < file.length; at += bytes) {
    const part = file.subarray(at, Math.min(at + bytes, file.length))
    for (const { step, figures } of reader.frames(part)) frames.push({ step, figures: Object.fromEntries(figures) })
  }
  return frames
}

const aFigure = fc.oneof(
  fc.constant(NaN),
  fc.integer({ min: 0, max: 5 }),
  fc.maxSafeInteger().filter((value) => Math.abs(value) <= 2 ** 50),
)
const aName = fc.constantFrom('a', 'b', '\u0000ÿ', '')
const someFrames = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 1_000 }),
      figures: fc.dictionary(aName, fc.array(aFigure, { minLength: COLUMNS, maxLength: COLUMNS }), {
        noNullPrototype: true,
      }),
    }),
    { maxLength: 20 },
  )
  .map((all) => {
    let step = 2_000_000_000
    const known: Record<string, Figures> = {}
    return all.map(({ gap, figures }): Written => {
      step += gap
      Object.assign(known, figures)
      return { step, figures: { ...known } }
    })
  })

describe('frames of history', () => {
  test('are read as they were written, of all series or of one', () => {
    fc.assert(
      fc.property(someFrames, aName, (frames, one) => {
        const file = fileOf(frames)
        // A series that was never known at all has no figure that could be told.
        const known = (row: Figures): boolean => row.some((figure) => !Number.isNaN(figure))
        const seen = new Set<string>()
        const expected = frames.map(({ step, figures }) => {
          for (const [name, row] of Object.entries(figures)) if (known(row)) seen.add(name)
          return { step, figures: Object.fromEntries(Object.entries(figures).filter(([name]) => seen.has(name))) }
        })
        expect(read(file)).toEqual(expected)
        expect(read(file, (name) => name === one)).toEqual(
          expected.map(({ step, figures }) => ({
            step,
            figures: Object.fromEntries(Object.entries(figures).filter(([name]) => name === one)),
          })),
        )
      }),
      { numRuns: longer(300) },
    )
  })

  test('are the same in parts of any size', () => {
    fc.assert(
      fc.property(someFrames, fc.integer({ min: 1, max: 200 }), (frames, bytes) => {
        const file = fileOf(frames)
        expect(read(file, undefined, bytes)).toEqual(read(file))
      }),
      { numRuns: longer(300) },
    )
  })

  test('a part that can’t be read ends the file, whatever comes after it', () => {
    const frame = (at: number) => ({ step: 2_000_000_000 + at, figures: { a: [at, at, at] } })
    const file = fileOf([frame(1), frame(2)])
    const reader = createFrameReader(() => true, COLUMNS)
    expect([...reader.frames(Buffer.from('something else that is no history\n'))]).toEqual([])
    expect([...reader.frames(file)]).toEqual([])
  })

  test('cut off anywhere, all are there that were written whole, and nothing else', () => {
    fc.assert(
      fc.property(someFrames, fc.nat(10_000), (frames, at) => {
        const file = fileOf(frames)
        const whole = read(file)
        const cut = read(file.subarray(0, at % (file.length + 1)))
        expect(cut).toEqual(whole.slice(0, cut.length))
      }),
      { numRuns: longer(300) },
    )
  })

  test('with a byte that is another, none is made up: they end there', () => {
    fc.assert(
      fc.property(someFrames, fc.nat(10_000), fc.integer({ min: 1, max: 255 }), (frames, at, change) => {
        const file = fileOf(frames)
        const whole = read(file)
        const spot = at % file.length
        file[spot] = (file[spot] ?? 0) ^ change
        const damaged = read(file)
        expect(damaged).toEqual(whole.slice(0, damaged.length))
      }),
      { numRuns: longer(500) },
    )
  })

  test('any bytes at all end somewhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(read(Buffer.concat([HEADER, bytes])).length).toBeLessThan(100)
        expect(read(Buffer.from(bytes))).toEqual([])
      }),
      { numRuns: longer(500) },
    )
  })

  test('what stays the same costs nothing', () => {
    const same = (step: number): Written => ({ step, figures: { a: [1, 2, 3], b: [4, 5, 6] } })
    const frames = Array.from({ length: 100 }, (_, at) => same(at + 1))
    expect(fileOf(frames).length - fileOf(frames.slice(0, 1)).length).toBe(99 * 11)
  })

  test.each([[2 ** 51], [-(2 ** 51)], [1.5], [Infinity]])('%d is not known', (figure) => {
    expect(read(fileOf([{ step: 1, figures: { a: [figure, 1, 2] } }]))[0]?.figures['a']).toEqual([NaN, 1, 2])
  })
})

describe('varints', () => {
  test('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat()), (values) => {
        const writer = createByteWriter()
        for (const value of values) writer.varint(value)
        const reader = createByteReader(writer.take())
        expect(values.map(() => reader.varint())).toEqual(values)
        expect(reader.isAtEnd).toBe(true)
      }),
    )
  })

  test('numbers with a sign come back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), (value) => {
        expect(unzigzag(zigzag(value))).toBe(value)
      }),
    )
  })

  test.each([
    ['nothing', []],
    ['a number without an end', [200, 200]],
    ['a number that is too long', [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
  ])('%s is a RangeError', (_, bytes) => {
    expect(() => createByteReader(Buffer.from(bytes)).varint()).toThrow(RangeError)
  })

  test('bytes that end before they should are a RangeError', () => {
    expect(() => createByteReader(Buffer.from([3, 1, 2])).bytes()).toThrow(RangeError)
  })
})
