/** Cuts a stream of RESP2/RESP3 bytes into whole frames: requests and replies alike. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export interface FrameSplitter {
  /** Takes the next bytes, and gives the frames that they complete. */
  push(chunk: Buffer): readonly Buffer[]
}

export function createFrameSplitter(): FrameSplitter {
  let rest: Buffer = Buffer.alloc(0)
  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const frames: Buffer[] = []
      for (let end = frameEnd(rest, 0); end !== null; end = frameEnd(rest, 0)) {
        frames.push(rest.subarray(0, end))
        rest = rest.subarray(end)
      }
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

/** A RESP3 push is no reply to any command. */
export function isPush(frame: Buffer): boolean {
  return frame[0] === '>'.charCodeAt(0)
}

/** Bulk strings, bulk errors and verbatim strings: a length, then as many bytes. */
const BLOBS = '$!='
/** How many frames follow per unit of an aggregate's length. A map and an attribute hold pairs. */
const CHILDREN: Readonly<Record<string, number>> = { '*': 1, '~': 1, '>': 1, '%': 2, '|': 2 }

/** Where the frame that begins at `start` ends; null while it is incomplete. */
function frameEnd(bytes: Buffer, start: number): number | null {
  const afterHeader = lineEnd(bytes, start)
  if (afterHeader === null) return null
  const type = String.fromCharCode(bytes[start] ?? 0)
  if (BLOBS.includes(type)) {
    const length = headerNumber(bytes, start)
    const end = length < 0 ? afterHeader : afterHeader + length + 2
    return end <= bytes.length ? end : null
  }
  // An attribute is followed by the reply that it belongs to.
  let children = (CHILDREN[type] ?? 0) * Math.max(0, CHILDREN[type] === undefined ? 0 : headerNumber(bytes, start))
  if (type === '|') children += 1
  let at: number | null = afterHeader
  for (; children > 0 && at !== null; children -= 1) at = frameEnd(bytes, at)
  return at
}

function lineEnd(bytes: Buffer, start: number): number | null {
  const at = bytes.indexOf('\r\n', start)
  return at < 0 ? null : at + 2
}

function headerNumber(bytes: Buffer, start: number): number {
  return Number(bytes.toString('latin1', start + 1, bytes.indexOf('\r\n', start)))
}
