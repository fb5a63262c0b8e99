import { createBudget, NotDecoded, type Budget, type DecodeFault, type DecodeLimits } from './budget'
import { decodeLayer, NeedsHost, type DecodeWith, type Made } from './decoders'
import { candidates } from './detect'
import { PACKED_IDS, SCHEMA_IDS, type DecoderId } from './ids'
import { openInside } from './inside'
import { isProved } from './proof'
import { childCount, type TreeNode } from './tree'

const BY_SCHEMA: ReadonlySet<DecoderId> = new Set(SCHEMA_IDS)
const PACKING: ReadonlySet<DecoderId> = new Set([...PACKED_IDS, 'lz4', 'snappy', 'base64', 'hex'])

export interface DecodeRequest extends DecodeWith {
  readonly bytes: Uint8Array
  /** Of the field; what it says may tell of times. */
  readonly name: string | null
  /** By which the outermost layer is read; those within are found out. */
  readonly as: DecoderId | 'auto'
  /** It is what another layer was opened for, which had no mark. */
  readonly within?: true
}

/** What a value is, layer by layer. */
export interface Decoded {
  /** From the outermost layer to the innermost; empty for what is plain text, or not known. */
  readonly chain: readonly DecoderId[]
  /** Null: the innermost layer is text, or bytes. */
  readonly root: TreeNode | null
  /** The innermost layer that is bytes. */
  readonly last: Uint8Array
  /** The tree is not whole. */
  readonly isCut: boolean
  /** Why it went no further. */
  readonly fault: DecodeFault | null
  /** The host reads on; `perhaps`: it is not known to be anything, and the host knows more. */
  readonly needsHost: 'yes' | 'perhaps' | null
}

export function decodeValue(request: DecodeRequest, limits: DecodeLimits): Decoded {
  const budget = createBudget(limits)
  return decodeWithin(request, budget, limits.steps)
}

/** The same, with what is left of a budget, and of its layers. Throws nothing. */
export function decodeWithin(request: DecodeRequest, budget: Budget, steps: number): Decoded {
  const { bytes, as } = request
  const nothing: Decoded = { chain: [], root: null, last: bytes, isCut: false, fault: null, needsHost: null }
  if (steps <= 0) return nothing
  if (as !== 'auto') return chosen(as, request, budget, steps)
  let needsHost: Decoded['needsHost'] = null
  for (const candidate of candidates(bytes, request.name)) {
    const { id, how } = candidate
    const attempt = budget.fork()
    const found = layer(id, request, attempt, steps)
    // What lies in it may say itself what it is.
    if (found.needsHost === 'yes' && how === 'weak' && found.chain.length === 1) needsHost = 'perhaps'
    else if (found.fault?.by === id && found.chain.length === 1) {
      if (how === 'sure' || found.fault.code === 'too-slow') return found
    } else if (isProved(candidate, found, request)) {
      budget.join(attempt)
      return found
    }
  }
  return { ...nothing, needsHost }
}

/** What is read by a schema may lie packed; then that is undone first. */
function chosen(as: DecoderId, request: DecodeRequest, budget: Budget, steps: number): Decoded {
  const direct = layer(as, request, budget, steps)
  if (direct.fault === null || !BY_SCHEMA.has(as)) return direct
  let { needsHost } = direct
  for (const { id, how } of candidates(request.bytes, null)) {
    if (!PACKING.has(id)) continue
    const found = layer(id, request, budget, steps)
    if (how === 'weak' && found.needsHost !== null) needsHost = 'perhaps'
    else if (found.needsHost !== null || how === 'sure' || (found.root !== null && childCount(found.root) > 0))
      return found
  }
  return { ...direct, needsHost }
}

/** This layer, and what is in it. */
function layer(id: DecoderId, request: DecodeRequest, budget: Budget, steps: number): Decoded {
  const alone: Decoded = { chain: [id], root: null, last: request.bytes, isCut: false, fault: null, needsHost: null }
  let made: Made
  try {
    budget.onTime()
    made = decodeLayer(id, request.bytes, budget, request)
  } catch (error) {
    if (error instanceof NeedsHost) return { ...alone, needsHost: 'yes' }
    if (error instanceof NotDecoded) return { ...alone, fault: { ...error.fault, by: id } }
    // Of the stack, whoever used it up: what nobody foresaw must not end a page.
    if (error instanceof RangeError) return { ...alone, fault: { code: 'too-deep', most: budget.limits.depth, by: id } }
    throw error
  }
  const asWithin = request.as === id ? 'auto' : request.as
  const within = (bytes: Uint8Array, room: Budget): Decoded =>
    decodeWithin({ ...request, bytes, as: asWithin, name: null, within: true }, room, steps - 1)
  if ('bytes' in made) {
    const inner = within(made.bytes, budget)
    return { ...inner, chain: [id, ...inner.chain] }
  }
  const { root } = made
  if (root.kind === 'string' && id !== 'text') {
    const inner = within(new TextEncoder().encode(root.text), budget)
    if (inner.root !== null && inner.fault === null) return { ...inner, chain: [id, ...inner.chain] }
  }
  const open = (text: string, depth: number): ReturnType<typeof insideOf> => {
    const attempt = budget.fork(depth + 1)
    const inside = insideOf(within(new TextEncoder().encode(text), attempt))
    if (inside !== null) budget.join(attempt)
    return inside
  }
  const opened = id === 'text' ? root : openInside(root, open)
  return { ...alone, root: id === 'text' ? null : opened, isCut: budget.isCut }
}

function insideOf({
  chain,
  root,
  fault,
}: Decoded): { readonly chain: readonly DecoderId[]; readonly root: TreeNode } | null {
  if (fault !== null || root === null || chain[0] === 'uuid' || (root.kind !== 'object' && root.kind !== 'array'))
    return null
  return { chain, root }
}
