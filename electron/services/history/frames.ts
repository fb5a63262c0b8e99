import { crc32 } from 'node:zlib'
import { createByteReader, createByteWriter, unzigzag, zigzag, type ByteReader } from './varints'

/**
 * What a file of history is made of. It stands for itself: each series has a number of the file's own, given with its
 * name in the first frame that it is in. Then frame by frame what is other than in the frame before; what stays the same
 * costs nothing. Each frame: its length and CRC-32, four bytes each, and then varints:
 *
 *     steps since the frame before (in the first: since 1970)
 *     new series: how many, then the bytes of each name
 *     changed series: how many, then of each: its number less that of the one before, a bit for each column that changed,
 *     and per changed column 0 where it is not known any more, else 1 + zigzag of what was added to the figure before
 *
 * A last frame that was not written whole is left out, and ends the file.
 */
export const HEADER = Buffer.from('sluice-history-2\n')
/** The first had fewer columns, and no consumers; else it is the same. */
const FORMER = Buffer.from('sluice-history-1\n')

/** Figures of a series: whole numbers; NaN: not known. Beyond ±2^50 one is taken for not known. */
export type Figures = readonly number[]

const MOST = 2 ** 50

export interface FrameWriter {
  /** The frame of this step, with all series as they are now. */
  frame(step: number, series: Iterable<FramedSeries>): Buffer
}

/** `number` is any that tells a series from others, and stays. */
export interface FramedSeries {
  readonly number: number
  readonly name: () => Buffer
  readonly figures: Figures
}

/** For one file, which begins with `HEADER`. */
export function createFrameWriter(): FrameWriter {
  const known = new Map<number, { readonly own: number; readonly last: number[]; readonly base: number[] }>()
  let lastStep = 0
  return {
    frame(step, series) {
      const names: Buffer[] = []
      const changes: (readonly [own: number, mask: number, figures: readonly number[]])[] = []
      for (const { number, name, figures } of series) {
        let one = known.get(number)
        if (one === undefined) {
          one = { own: known.size, last: figures.map(() => NaN), base: figures.map(() => 0) }
          known.set(number, one)
          names.push(name())
        }
        const { own, last, base } = one
        let mask = 0
        const written: number[] = []
        figures.forEach((figure, column) => {
          const next = Number.isInteger(figure) && Math.abs(figure) <= MOST ? figure : NaN
          if (Object.is(next, last[column])) return
          mask += 2 ** column
          last[column] = next
          if (Number.isNaN(next)) return void written.push(0)
          written.push(1 + zigzag(next - (base[column] ?? 0)))
          base[column] = next
        })
        if (mask > 0) changes.push([own, mask, written])
      }
      const out = createByteWriter()
      out.varint(step - lastStep)
      lastStep = step
      out.varint(names.length)
      for (const name of names) out.bytes(name)
      out.varint(changes.length)
      let before = 0
      for (const [own, mask, written] of changes.toSorted(([a], [b]) => a - b)) {
        out.varint(own - before)
        before = own
        out.varint(mask)
        for (const value of written) out.varint(value)
      }
      const payload = out.take()
      const head = Buffer.alloc(8)
      head.writeUInt32LE(payload.length, 0)
      head.writeUInt32LE(crc32(payload), 4)
      return Buffer.concat([head, payload])
    },
  }
}

/** What of a file is wanted: those series whose names `isWanted`, with so many columns. */
export interface FrameReader {
  /**
   * The frames that are whole with the next part of a file, one after the other, with the figures of all wanted series then, until the
   * next is asked for. Each part is to be gone through to its end.
   */
  frames(part: Buffer): Generator<{ readonly step: number; readonly figures: ReadonlyMap<string, Figures> }, void>
}

/** `columns`: of each series. A series is told by its name's bytes as latin1. */
export function createFrameReader(isWanted: (name: Buffer) => boolean, columns: number): FrameReader {
  /** By the file's own numbers; null: not wanted. */
  const series: ({ readonly name: string; readonly base: number[]; figures: number[] } | null)[] = []
  const figures = new Map<string, Figures>()
  const parts = createParts()
  let step = 0
  let isBegun = false
  /** What comes can't be read any more. */
  let isOver = false

  const readFrame = (reader: ByteReader): void => {
    step += reader.varint()
    for (let left = reader.varint(); left > 0; left -= 1) {
      const name = reader.bytes()
      const blank = { base: Array<number>(columns).fill(0), figures: Array<number>(columns).fill(NaN) }
      series.push(isWanted(name) ? { name: name.toString('latin1'), ...blank } : null)
    }
    let own = 0
    for (let left = reader.varint(); left > 0; left -= 1) {
      own += reader.varint()
      const one = series[own]
      if (one === undefined) throw new RangeError('no such series')
      const mask = reader.varint()
      if (one === null) {
        reader.skip(bitsOf(mask))
        continue
      }
      one.figures = [...one.figures]
      for (let column = 0, bit = 1; bit <= mask; column += 1, bit *= 2) {
        if (Math.floor(mask / bit) % 2 === 0) continue
        const value = reader.varint()
        if (value > 0) one.base[column] = (one.base[column] ?? 0) + unzigzag(value - 1)
        one.figures[column] = value === 0 ? NaN : (one.base[column] ?? NaN)
      }
      figures.set(one.name, one.figures)
    }
  }
  /** False: its sum is wrong, or it makes no sense, so that nothing after it can be told. */
  const isRead = (head: Buffer, payload: Buffer): boolean => {
    if (crc32(payload) !== head.readUInt32LE(4)) return false
    try {
      readFrame(createByteReader(payload))
      return true
    } catch (error) {
      if (error instanceof RangeError) return false
      throw error
    }
  }

  return {
    *frames(part) {
      if (isOver) return
      parts.add(part)
      if (!isBegun) {
        const head = parts.peek(HEADER.length)
        if (head === null) return
        isBegun = head.equals(HEADER) || head.equals(FORMER)
        isOver = !isBegun
        parts.drop(HEADER.length)
      }
      while (!isOver) {
        const head = parts.peek(8)
        const frame = head && parts.peek(8 + head.readUInt32LE(0))
        if (!head || !frame) return
        isOver = !isRead(head, frame.subarray(8))
        if (isOver) return
        yield { step, figures }
        parts.drop(frame.length)
      }
    },
  }
}

/** What was added and not dropped, put together only once there is enough of it. */
function createParts() {
  let parts: Buffer[] = []
  let length = 0
  return {
    add(part: Buffer) {
      parts.push(part)
      length += part.length
    },
    /** Null: there is not so much yet. */
    peek(bytes: number): Buffer | null {
      if (length < bytes) return null
      if ((parts[0]?.length ?? 0) < bytes) parts = [Buffer.concat(parts)]
      return parts[0]?.subarray(0, bytes) ?? Buffer.alloc(0)
    },
    /** So much was peeked at. */
    drop(bytes: number) {
      length -= bytes
      parts = [parts[0]?.subarray(bytes) ?? Buffer.alloc(0), ...parts.slice(1)]
    },
  }
}

function bitsOf(mask: number): number {
  let bits = 0
  for (let rest = mask; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2
  return bits
}
