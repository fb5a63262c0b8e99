import { z } from 'zod'
import { bytes } from '../bytes'
import { SCHEMA_REASONS, type DecodeFault } from '../decode/budget'
import { DECODER_IDS } from '../decode/ids'
import type { TreeNode } from '../decode/tree'

export const decoderId = z.enum(DECODER_IDS)

const noted = { note: z.string().optional() }
export const treeNode: z.ZodType<TreeNode> = z.lazy(() => anyNode)
const anyNode = z.discriminatedUnion('kind', [
  z.object({
    ...{ ...noted, kind: z.literal('object') },
    members: z.array(z.object({ key: z.string(), value: treeNode, bare: z.literal(true).optional() })),
  }),
  z.object({ ...noted, kind: z.literal('array'), items: z.array(treeNode) }),
  z.object({
    ...{ ...noted, kind: z.literal('string'), text: z.string() },
    inside: z.object({ chain: z.array(z.string()), root: treeNode }).optional(),
  }),
  z.object({ ...noted, kind: z.enum(['number', 'boolean', 'null', 'bytes', 'time', 'mark']), text: z.string() }),
])

const at = z.number()
const fault = <C extends string, S extends z.ZodRawShape>(code: C, shape: S) =>
  z.object({ code: z.literal(code), by: decoderId.nullable(), ...shape })
const decodeFault: z.ZodType<DecodeFault> = z.discriminatedUnion('code', [
  fault('broken', { at, line: z.number().optional(), column: z.number().optional() }),
  fault('ends-early', { at }),
  fault('goes-on', { at }),
  fault('unknown-type', { at, type: z.string() }),
  fault('too-deep', { most: z.number() }),
  fault('too-large', { mostBytes: z.number() }),
  fault('too-slow', { ms: z.number() }),
  fault('not-this', {}),
  fault('damaged', {}),
  fault('needs-schema', {}),
  fault('bad-schema', {
    reason: z.enum(SCHEMA_REASONS),
    name: z.string(),
    line: z.number().optional(),
    column: z.number().optional(),
    expected: z.string().optional(),
  }),
  fault('worker-ended', {}),
  fault('busy', {}),
])

/** A `.proto`, or a schema of Avro, that a person gave to read values by. Its text is as strange as the data. */
export const givenSchema = z.object({ text: z.string().max(65_536), message: z.string().max(256).nullable() })

/**
 * What a value is: `chain` from the outermost layer to the innermost, then a tree, or the innermost layer where that is text or
 * bytes (`last`, cut after 1 MiB of `size`). `isCut`: the tree is not whole. `fault`: why it went no further.
 */
export const decodedValue = z.object({
  chain: z.array(decoderId),
  root: treeNode.nullable(),
  last: bytes.nullable(),
  size: z.int().min(0),
  isCut: z.boolean(),
  fault: decodeFault.nullable(),
})
export type DecodedValue = z.infer<typeof decodedValue>

/** How the values of one field are read. `name`: of the field, for times. */
export const decodeChoice = z.object({
  name: z.string().max(1_000).nullable(),
  as: z.union([z.literal('auto'), decoderId]),
  schema: givenSchema.nullable(),
})
