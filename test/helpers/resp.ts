/** Cuts a stream of RESP2/RESP3 bytes into whole frames: requests and replies alike. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export interface FrameSplitter {
  /** Takes the next bytes, and gives the frames that they complete. */
  push(chunk: Buffer): readonly Buffer[]
}

/** Looks at each byte once, however it comes: most of what tests do goes through here. */
export function createFrameSplitter(): FrameSplitter {
  let parts: Buffer[] = []
  /** Bytes that are here, and how many there must be before it can go on. */
  let have = 0
  let need = 1
  /** Where the next header begins. */
  let at = 0
  /** Parts of the frame that are still to come: itself, at first. */
  let left = 1
  return {
    push(chunk) {
      parts.push(chunk)
      have += chunk.length
      if (have < need) return []
      const bytes = parts.length === 1 ? chunk : Buffer.concat(parts, have)
      const frames: Buffer[] = []
      let start = 0
      for (;;) {
        const body = lineEnd(bytes, at)
        const { end, more } = body === null ? { end: have + 1, more: 0 } : extent(bytes, at, body)
        need = end
        if (end > have) break
        at = end
        left += more - 1
        if (left > 0) continue
        frames.push(bytes.subarray(start, at))
        start = at
        left = 1
      }
      parts = start === have ? [] : [bytes.subarray(start)]
      have -= start
      need -= start
      at -= start
      return frames
    },
  }
}

/** The arguments of a request frame, the command's name first. */
export function requestArguments(frame: Buffer): readonly Buffer[] {
  const args: Buffer[] = []
  for (let at = lineEnd(frame, 0); at !== null && at < frame.length;) {
    const start = lineEnd(frame, at)
    if (start === null) break
    const length = headerNumber(frame, at)
    args.push(frame.subarray(start, start + length))
    at = start + length + 2
  }
  return args
}

/** The first of them, as text. */
export function commandName(frame: Buffer): string {
  const first = lineEnd(frame, 0) ?? frame.length
  const start = lineEnd(frame, first)
  return start === null ? '' : frame.toString('utf8', start, start + headerNumber(frame, first))
}

/** A RESP3 push is no reply to any command. */
export function isPush(frame: Buffer): boolean {
  return frame[0] === '>'.charCodeAt(0)
}

const code = (sign: string): number => sign.charCodeAt(0)
const [CR, LF, MINUS, ZERO] = ['\r', '\n', '-', '0'].map(code) as [number, number, number, number]
/** Bulk strings, bulk errors and verbatim strings: a length, then as many bytes. */
const BLOBS: ReadonlySet<number> = new Set(['$', '!', '='].map(code))
/** How many frames follow per unit of an aggregate's length. A map and an attribute hold pairs. */
const CHILDREN: ReadonlyMap<number, number> = new Map(
  [['*', 1] as const, ['~', 1] as const, ['>', 1] as const, ['%', 2] as const, ['|', 2] as const].map(
    ([sign, each]) => [code(sign), each] as const,
  ),
)
const ATTRIBUTE = code('|')

/** Of the header at `at`, behind which `body` begins: where what belongs to it ends, and how many frames are part of it. */
function extent(bytes: Buffer, at: number, body: number): { readonly end: number; readonly more: number } {
  const type = bytes[at] ?? 0
  if (BLOBS.has(type)) {
    const length = headerNumber(bytes, at)
    return { end: length < 0 ? body : body + length + 2, more: 0 }
  }
  const each = CHILDREN.get(type)
  if (each === undefined) return { end: body, more: 0 }
  // An attribute is followed by the reply that it belongs to.
  return { end: body, more: each * Math.max(0, headerNumber(bytes, at)) + (type === ATTRIBUTE ? 1 : 0) }
}

/** Behind the end of the line that `start` is in; null where it has none yet. A search by the runtime costs more than a short line. */
function lineEnd(bytes: Buffer, start: number): number | null {
  for (let at = start + 1; at < bytes.length; at += 1) if (bytes[at] === LF && bytes[at - 1] === CR) return at + 1
  return null
}

function headerNumber(bytes: Buffer, start: number): number {
  const isNegative = bytes[start + 1] === MINUS
  let value = 0
  for (let at = start + (isNegative ? 2 : 1); bytes[at] !== CR; at += 1) value = value * 10 + (bytes[at] ?? 0) - ZERO
  return isNegative ? -value : value
}
