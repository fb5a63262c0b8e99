import type { DecoderId } from './ids'

/** What one decoding may take. Milliseconds, bytes, characters. */
export interface DecodeLimits {
  readonly ms: number
  readonly depth: number
  readonly nodes: number
  /** Of one layer unpacked. */
  readonly unpackedBytes: number
  /** Layers on top of each other. */
  readonly steps: number
}

const MIB = 1024 * 1024
/** In the page, which must go on meanwhile: few nodes. What takes longer the host does. */
export const PAGE_LIMITS: DecodeLimits = { ms: 100, depth: 256, nodes: 10_000, unpackedBytes: MIB, steps: 6 }
/** In the host's worker. */
export const WORKER_LIMITS: DecodeLimits = { ms: 2_000, depth: 256, nodes: 20_000, unpackedBytes: 16 * MIB, steps: 8 }

/** Why a value is not what it was taken for. `at`: the offset in bytes of that layer, from 0. */
export type DecodeFaultData =
  | {
      readonly code: 'broken'
      readonly at: number
      readonly line?: number | undefined
      readonly column?: number | undefined
    }
  | { readonly code: 'ends-early'; readonly at: number }
  | { readonly code: 'goes-on'; readonly at: number }
  | { readonly code: 'unknown-type'; readonly at: number; readonly type: string }
  | { readonly code: 'too-deep'; readonly most: number }
  | { readonly code: 'too-large'; readonly mostBytes: number }
  | { readonly code: 'too-slow'; readonly ms: number }
  | { readonly code: 'not-this' }
  | { readonly code: 'damaged' }
  | { readonly code: 'needs-schema' }
  | BadSchema
  | { readonly code: 'worker-ended' }
  | { readonly code: 'busy' }

export const SCHEMA_REASONS = [
  ...(['syntax', 'no-syntax', 'no-type', 'import', 'same-number', 'same-name', 'no-message', 'json', 'shape'] as const),
  'other',
] as const

/**
 * A schema that nothing can be read by. `name`: the word, type, file or number that it is about. `line`: from 1. `expected`: what should stand there; of `import` and
 * `same-number` the type concerned; of `no-message` those that there are.
 */
export interface BadSchema {
  readonly code: 'bad-schema'
  readonly reason: (typeof SCHEMA_REASONS)[number]
  readonly name: string
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly expected?: string | undefined
}

export type DecodeFault = DecodeFaultData & { readonly by: DecoderId | null }

/** Thrown by decoders, and by nothing else. */
export class NotDecoded extends Error {
  constructor(readonly fault: DecodeFaultData) {
    super(fault.code)
  }
}

export const broken = (at: number): NotDecoded => new NotDecoded({ code: 'broken', at })
export const endsEarly = (at: number): NotDecoded => new NotDecoded({ code: 'ends-early', at })

/** What is left of the limits. Nodes that find no room are left out, and the tree says so; all else that is too much is a fault. */
export interface Budget {
  readonly limits: DecodeLimits
  /** Whether something was left out. */
  readonly isCut: boolean
  /** Room for one node more? */
  node(): boolean
  /** Throws too-deep. */
  deeper(depth: number): void
  /** Throws too-slow once the time is over. */
  onTime(): void
  /** For an attempt that may come to nothing, `levels` below: the same time and the same room, of which nothing is taken unless it is joined. */
  fork(levels?: number): Budget
  /** The attempt is what it is: what it took is taken. */
  join(attempt: Budget): void
  /** Room for so many nodes. */
  readonly left: number
}

const LOOK_EVERY = 256

export function createBudget(limits: DecodeLimits, now: () => number = () => performance.now()): Budget {
  const end = now() + limits.ms
  let asked = 0
  const onTime = (): void => {
    if (now() > end) throw new NotDecoded({ code: 'too-slow', ms: limits.ms })
  }
  function made(room: number, above: number): Budget {
    let [left, isCut] = [room, false]
    return {
      limits,
      get isCut() {
        return isCut
      },
      get left() {
        return left
      },
      node() {
        asked += 1
        if (left <= 0) isCut = true
        else if (asked % LOOK_EVERY === 0) onTime()
        left -= 1
        return !isCut
      },
      deeper(depth) {
        if (above + depth > limits.depth) throw new NotDecoded({ code: 'too-deep', most: limits.depth })
      },
      onTime,
      fork: (levels = 0) => made(left, above + levels),
      join(attempt) {
        left = attempt.left
        isCut ||= attempt.isCut
      },
    }
  }
  return made(limits.nodes, 0)
}
