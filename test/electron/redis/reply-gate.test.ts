import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReplyGate, type Awaiting, type CutReply } from '../../../electron/redis/reply-gate'
import { shareOf } from '../../../electron/redis/reply-size'
import { longer } from '../../helpers/soak'

interface Decoded {
  write(chunk: Uint8Array): void
}
const { Decoder } = createRequire(import.meta.url)('ioredis/built/resp/decoder.js') as {
  Decoder: new (options: object) => Decoded
}
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
type Value = Buffer | null | readonly Value[]

/** A client's queue: the reply that the decoder tells goes to the first who waits, as ioredis does it. */
class Client {
  readonly got: unknown[] = []
  readonly pushes: unknown[] = []
  readonly cuts = new Map<number, CutReply>()
  readonly came = new Map<number, number>()
  readonly waiting: Awaiting[]
  readonly #gate
  readonly #decoder: Decoded
  constructor(most: readonly number[], all?: number) {
    this.waiting = most.map((each, at) => ({
      share: shareOf(each, 1_000_000),
      isCut: (cut) => void this.cuts.set(at, cut),
      came: (count) => void this.came.set(at, count),
    }))
    const take = (reply: unknown): void => {
      this.waiting.shift()
      this.got.push(reply)
    }
    this.#decoder = new Decoder({
      getTypeMapping: () => ({ 36: Buffer, 43: Buffer, 58: String, 37: Array }),
      onReply: take,
      onErrorReply: take,
      onPush: (push: unknown) => this.pushes.push(push),
    })
    this.#gate = createReplyGate((nth) => this.waiting[nth] ?? null, all)
  }
  hear(chunk: Buffer): string | null {
    const { fault, pieces } = this.#gate.push(chunk)
    if (fault === null) for (const piece of pieces) this.#decoder.write(piece)
    return fault
  }
  isWithin = (): boolean => this.#gate.isWithin()
}

const value: fc.Memo<Value> = fc.memo((depth) => {
  const leaf = fc.oneof(
    fc.constant(null),
    fc.uint8Array({ maxLength: 60 }).map((body) => Buffer.from(body)),
  )
  return depth <= 1 ? leaf : fc.oneof(leaf, fc.array(value(depth - 1), { maxLength: 5 }))
})
function encoded(each: Value): Buffer {
  if (each === null) return bytes('$-1\r\n')
  if (Buffer.isBuffer(each)) return Buffer.concat([bytes(`$${each.length}\r\n`), each, bytes('\r\n')])
  return Buffer.concat([bytes(`*${each.length}\r\n`), ...each.map(encoded)])
}
const bodyBytes = (each: Value): number =>
  Buffer.isBuffer(each)
    ? each.length
    : Array.isArray(each)
      ? (each as Value[]).reduce((sum, v) => sum + bodyBytes(v), 0)
      : 0

/** The same, but for what was left out of it at the end. */
function isBeginning(part: unknown, whole: Value): boolean {
  if (part === null) return true
  if (Buffer.isBuffer(part)) return Buffer.isBuffer(whole) && part.equals(whole)
  if (!Array.isArray(part) || !Array.isArray(whole) || part.length !== whole.length) return false
  return part.every((each, at) => isBeginning(each, (whole as Value[])[at] ?? null))
}

describe('each reply is held to what its own command asked for', () => {
  test('however replies, pushes and chunks come', () => {
    const reply = fc.record({ is: value(4), most: fc.integer({ min: 0, max: 150 }), push: fc.boolean() })
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(fc.array(reply, { minLength: 1, maxLength: 8 }), cuts, (replies, sizes) => {
        const client = new Client(replies.map(({ most }) => most))
        const push = bytes('>3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n')
        const all = Buffer.concat(replies.flatMap(({ is, push: has }) => [has ? push : bytes(''), encoded(is)]))
        for (let at = 0, turn = 0; at < all.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          expect(client.hear(all.subarray(at, at + size))).toBeNull()
          at += size
        }
        expect(client.pushes).toEqual([])
        expect(client.isWithin()).toBe(false)
        expect(client.got).toHaveLength(replies.length)
        for (const [at, { is, most }] of replies.entries()) {
          const cut = client.cuts.get(at)
          expect(client.came.get(at)).toBe(encoded(is).length)
          if (cut === undefined) expect(client.got[at]).toEqual(is)
          else {
            expect(encoded(is).length).toBeGreaterThan(most)
            expect(cut.bodyBytes).toBe(bodyBytes(is))
            expect(isBeginning(client.got[at], is)).toBe(true)
          }
          if (bodyBytes(is) > most) expect(cut).toBeDefined()
        }
      }),
      { numRuns: longer(400) },
    )
  })

  test('a large one goes to none but who asked for it, however early it comes', () => {
    const client = new Client([10, 1_000_000, 10])
    const large = `$100000\r\n${'x'.repeat(100_000)}\r\n`
    expect(client.hear(bytes(large))).toBeNull()
    expect(client.hear(bytes(large))).toBeNull()
    expect(client.hear(bytes('+OK\r\n'))).toBeNull()
    expect([...client.cuts.keys()]).toEqual([0])
    expect(client.got.map((each) => (each as Buffer | null)?.length ?? null)).toEqual([null, 100_000, 2])
  })

  test('what is left out is not kept: of a body of 100 MiB nothing is', () => {
    const client = new Client([10, 10])
    client.hear(bytes(`*2\r\n$1\r\na\r\n$${100 * 1024 * 1024}\r\n`))
    const piece = Buffer.alloc(64 * 1024, 'x')
    for (let at = 0; at < 1_600; at += 1) expect(client.hear(piece)).toBeNull()
    expect(client.got).toEqual([])
    expect(client.hear(bytes('\r\n:7\r\n'))).toBeNull()
    expect(client.got).toEqual([[Buffer.from('a'), null], '7'])
    expect(client.cuts.get(0)).toEqual({ bodies: 2, bodyBytes: 100 * 1024 * 1024 + 1 })
  })

  test('several have one share together, and any one of them no more than its own', () => {
    const client = new Client([1, 1, 1])
    const share = shareOf(60, 1_000_000, 100)
    for (const each of client.waiting) Object.assign(each, { share })
    const of = (length: number): Buffer => bytes(`$${length}\r\n${'x'.repeat(length)}\r\n`)
    for (const length of [61, 30, 30]) client.hear(of(length))
    expect([...client.cuts.keys()]).toEqual([0, 2])
  })

  test('values count as well as bytes', () => {
    const client = new Client([1_000_000])
    for (const each of client.waiting) Object.assign(each, { share: shareOf(1_000_000, 1_600) })
    expect(client.hear(bytes(`*11\r\n${':1\r\n'.repeat(11)}`))).toBeNull()
    expect(client.got).toEqual([null])
  })
})

describe('is a fault', () => {
  test('a reply that nobody asked for, in whatever pieces', () => {
    expect(new Client([]).hear(bytes('+OK\r\n'))).toBe('unasked')
    const client = new Client([10])
    expect(client.hear(bytes('+OK\r\n+'))).toBe('unasked')
    const slow = new Client([10])
    for (const byte of bytes('+OK\r\n')) expect(slow.hear(Buffer.from([byte]))).toBeNull()
    expect(slow.hear(bytes('+'))).toBe('unasked')
  })

  test('more than any reply may hold, also of one that is not kept', () => {
    const client = new Client([10], 1_000)
    expect(client.hear(bytes('*3\r\n$900\r\n'))).toBeNull()
    expect(client.hear(bytes(`${'x'.repeat(900)}\r\n$200\r\n`))).toBe('too-much')
  })

  test('what is no RESP within one that is not kept', () => {
    const client = new Client([1])
    expect(client.hear(bytes('*3\r\n$2\r\nab\r\n'))).toBeNull()
    expect(client.hear(bytes('$0-0\r\n'))).toBe('bad-figure')
  })
})
