import { createPrint, type Print } from '../print/print'

/** Of one value, in characters; of binary ones as base64. */
export const MOST_VALUE = 1_024
/** Of one result. */
export const MOST_RESULT = 200_000

/** What a command finds, kept for a tool's result instead of printed. */
export interface Collected {
  readonly print: Print
  /** Values are cut: the first part, and how long it is. */
  readonly rows: readonly Record<string, unknown>[]
  /** Sentences beside them, cut likewise. */
  readonly notes: readonly unknown[]
  /** Rows beyond what one result may have. */
  readonly leftOut: number
}

export function collect(): Collected {
  const rows: Record<string, unknown>[] = []
  const notes: unknown[] = []
  const state = { size: 0, leftOut: 0 }
  const out = {
    write(line: string) {
      const row = cut(JSON.parse(line)) as Record<string, unknown>
      const size = JSON.stringify(row).length
      if (state.size + size > MOST_RESULT) state.leftOut += 1
      else {
        state.size += size
        rows.push(row)
      }
      return true
    },
  }
  const err = {
    write(line: string) {
      if (notes.length < 100) notes.push(cut(line.trim()))
      return true
    },
  }
  return {
    print: createPrint({ out, err, input: {}, env: {}, as: 'json' }),
    rows,
    notes,
    get leftOut() {
      return state.leftOut
    },
  }
}

/** No value of it is long, however deep it lies. */
export function cut(found: unknown): unknown {
  if (typeof found === 'string')
    return found.length <= MOST_VALUE ? found : { cut: head(found), characters: found.length }
  if (Array.isArray(found)) return found.map(cut)
  if (typeof found !== 'object' || found === null) return found
  const entries = Object.entries(found)
  const [only, ...more] = entries
  if (only?.[0] === 'base64' && more.length === 0 && typeof only[1] === 'string') return cutBytes(only[1])
  return Object.fromEntries(entries.map(([name, value]) => [name, cut(value)]))
}

/** Not between the halves of a character. */
function head(text: string): string {
  return text.slice(0, MOST_VALUE).replace(/[\ud800-\udbff]$/, '')
}

function cutBytes(base64: string): object {
  if (base64.length <= MOST_VALUE) return { base64 }
  return { base64: base64.slice(0, MOST_VALUE), cutFromBytes: Buffer.byteLength(base64, 'base64') }
}
