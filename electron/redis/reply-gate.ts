import { createReplyCheck, type ReplyFault } from './reply-check'
import { createReplySize, MOST_REPLY_BYTES, type Share } from './reply-size'

/** Who waits for a reply. */
export interface Awaiting {
  /** What it may hold. */
  readonly share: Share
  /** It holds more: what lies beyond is left out, and nothing stands in its place. Told before the rest is passed on. */
  isCut(cut: CutReply): void
  /** It has come: so many bytes. */
  came(bytes: number): void
}

export interface CutReply {
  /** All that it had, and how many bytes these are. */
  readonly bodies: number
  readonly bodyBytes: number
}

export interface Passed {
  readonly fault: ReplyFault | null
  /** What goes to the decoder. */
  readonly pieces: readonly Uint8Array[]
}

/** Between a server and the decoder: whole replies, none larger than who waits for it allows. */
export interface ReplyGate {
  /** All that it passes on is to be decoded before the next call. */
  push(chunk: Uint8Array): Passed
  /** Whether a reply has begun that has not ended. */
  isWithin(): boolean
  /** So many bytes of replies have come. */
  bytes(): number
}

const NOTHING = '$-1\r\n'

/**
 * `awaiting`: whoever waits for the nth reply from here on, from 0, as the decoder has seen it by now, the same object each time; null: nobody. Replies
 * come in the order of the commands, so each is held to what its own command asked for, and one that nobody waits for is a
 * fault. Pushes are passed over: nobody here asks for any, and to ioredis some of them are replies. A reply beyond its share
 * is read to its end and not kept; one beyond `mostBytes` is a fault.
 */
export function createReplyGate(
  awaiting: (nth: number) => Awaiting | null,
  mostBytes: number = MOST_REPLY_BYTES,
): ReplyGate {
  const size = createReplySize(mostBytes)
  let pieces: Uint8Array[] = []
  let chunk: Uint8Array = new Uint8Array()
  /** Of the chunk: from where it is still to be passed on. */
  let from = 0
  /** The beginning of a line that may announce too much: passed on once it is whole. */
  let held: Uint8Array | null = null
  let muted: 'push' | 'excess' | null = null
  let missing = 0
  /** Replies of this chunk that the decoder has not seen. */
  let ahead = 0
  let whose: Awaiting | null = null
  let beganAt = 0
  let bodies = 0
  let bodyBytes = 0
  let total = 0

  const pass = (to: number): void => {
    if (muted !== null) return
    if (held !== null && to > 0) pieces.push(held)
    held = null
    if (to > from) pieces.push(chunk.subarray(from, to))
    from = Math.max(from, to)
  }
  const unmute = (at: number): void => {
    muted = null
    from = at
  }

  const check = createReplyCheck(
    {
      begins(at, isPush) {
        beganAt = at
        ;[bodies, bodyBytes] = [0, 0]
        if (isPush) {
          pass(at)
          muted = 'push'
          return null
        }
        whose = awaiting(ahead)
        if (whose === null) return 'unasked'
        size.begin(whose.share)
        return null
      },
      ends(at, isPush) {
        if (isPush) return unmute(at)
        const by = whose
        whose = null
        total += at - beganAt
        by?.came(at - beganAt)
        if (muted === 'excess') {
          by?.isCut({ bodies, bodyBytes })
          pieces.push(Buffer.from(NOTHING.repeat(missing)))
          unmute(at)
        }
        ahead += 1
      },
      body(bytes) {
        bodies += 1
        bodyBytes += bytes
      },
      isOver({ from: lineAt, to, announces, missing: values }) {
        pass(announces ? lineAt : to)
        muted = 'excess'
        missing = values
      },
    },
    size,
  )

  return {
    isWithin: check.isWithin,
    bytes: () => total + (whose === null ? 0 : Math.max(0, -beganAt)),
    push(next) {
      ;[pieces, chunk, from] = [[], next, 0]
      // Of a reply the decoder may have told before its last bytes came.
      ahead = whose !== null && awaiting(0) !== whose ? -1 : 0
      const fault = check(next)
      if (fault === null && muted === null) {
        const begun = check.unfinished()
        const before = held
        const at = begun === null ? next.length : Math.max(0, begun)
        if (begun === null || begun >= 0) pass(at)
        // A copy: a few bytes would keep the whole chunk.
        if (begun !== null) held = Buffer.concat([begun < 0 && before ? before : Buffer.alloc(0), next.subarray(at)])
      }
      beganAt -= next.length
      return { fault, pieces }
    },
  }
}
