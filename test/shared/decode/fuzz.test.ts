import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBudget, NotDecoded, PAGE_LIMITS } from '../../../shared/decode/budget'
import { decodeLayer, NeedsHost } from '../../../shared/decode/decoders'
import { DECODER_IDS } from '../../../shared/decode/ids'
import { childCount, type TreeNode } from '../../../shared/decode/tree'
import { longer } from '../../helpers/soak'
import { bytesFrom, bytesOf, decode, samplesOf } from './kit'

const RUNS = longer(2_000)
const all = (['python', 'php', 'java'] as const).flatMap((file) => {
  const samples = samplesOf(file)
  return Object.keys(samples)
    .map((name) => bytesOf(samples, name))
    .filter(({ length }) => length < 2_000)
})
const HEADS = ['', '[', '{"a":', 'a:9999:{', 'O:1:"A":9:{', 's:99999999999:"', 'Obj\u0001', '4711', '-1']

/** Bytes of chance, heads that promise much, and what real libraries wrote with some bytes changed, cut or twice. */
const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .tuple(fc.constantFrom(...HEADS), fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(60))
    .map(([head, rest, times]) => bytesFrom(head.repeat(times + 1) + rest)),
  fc
    .tuple(fc.constantFrom(...all), fc.array(fc.tuple(fc.nat(1_999), fc.nat(255)), { maxLength: 4 }), fc.nat(2_000))
    .map(([sample, changes, end]) => {
      const raw = sample.slice(0, Math.max(1, sample.length - (end % 7 === 0 ? end % sample.length : 0)))
      for (const [at, byte] of changes) raw[at % raw.length] = byte
      return raw
    }),
)

function countNodes(node: TreeNode): number {
  if (node.kind === 'object') return 1 + node.members.reduce((sum, { value }) => sum + countNodes(value), 0)
  return node.kind === 'array' ? 1 + node.items.reduce((sum, item) => sum + countNodes(item), 0) : 1
}

const LIMITS = { ...PAGE_LIMITS, ms: 60_000, nodes: 300, unpackedBytes: 65_536 }

function tryEach(bytes: Uint8Array): void {
  for (const id of DECODER_IDS) {
    try {
      const made = decodeLayer(id, bytes, createBudget(LIMITS), { tools: null, schema: null })
      const [size, most] =
        'root' in made
          ? [countNodes(made.root), LIMITS.nodes * 2 + 2]
          : [made.bytes.length, Math.max(LIMITS.unpackedBytes, bytes.length * 4)]
      // A node and its kin may be made before the limit is seen.
      if (size > most) throw new Error(`${id}: ${size}`)
    } catch (error) {
      if (!(error instanceof NotDecoded) && !(error instanceof NeedsHost)) throw error
    }
  }
}

test('each decoder takes any bytes: a value within its limits, or a fault, and nothing else', () => {
  fc.assert(
    fc.property(hostile, (bytes) => {
      const before = Buffer.from(bytes)
      tryEach(bytes)
      expect(before.equals(bytes)).toBe(true)
    }),
    { numRuns: RUNS },
  )
})

test('what is found out by itself never throws, and tells where it breaks within the value', () => {
  fc.assert(
    fc.property(hostile, (bytes) => {
      const { fault, root, chain } = decode(bytes, {}, LIMITS)
      if (fault !== null && 'at' in fault && chain.length === 1) {
        expect(fault.at).toBeGreaterThanOrEqual(0)
        expect(fault.at).toBeLessThanOrEqual(bytes.length)
      }
      if (root !== null) expect(childCount(root)).toBeLessThanOrEqual(LIMITS.nodes * 2)
    }),
    { numRuns: RUNS },
  )
})
