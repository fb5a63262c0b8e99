/** A bulk string of Redis is 512 MiB at the most. */
export const MOST_REPLY_BYTES = 640 * 1024 * 1024
/** Of memory, beside the bytes: some 1 250 000 values, an entry of 600 000 fields. */
const MOST_KEPT_BYTES = 192 * 1024 * 1024
/** A reply that is held small may not take many times as much. */
const KEPT_PER_BYTE = 8
/** Measured, ioredis 6.0.0: 20 (a number) to 163 (an empty string), 283 for an error, which has a stack. */
const VALUE_BYTES = 160
const ERROR_BYTES = 320
/** A body in many pieces is kept in pieces: each is an object of its own. */
const PIECE_BYTES = 320

/** What one reply may hold, or several that are kept together until the last of them has come. */
export interface Share {
  /** Of bodies and lines, any one of them. */
  readonly each: number
  /** What is left for all of them. */
  bytes: number
  /** Of memory beside them. */
  kept: number
}

/** `mostTogether`: of several replies. */
export function shareOf(mostBytes: number, mostKept = mostBytes * KEPT_PER_BYTE, mostTogether = mostBytes): Share {
  return { each: mostBytes, bytes: mostTogether, kept: Math.min(MOST_KEPT_BYTES, mostKept) }
}

/** What one reply takes until it is decoded, as it comes in. Each says whether it is more than any reply may by now. */
export interface ReplySize {
  /** Of a body that is announced, or a line that has come. */
  bytes(more: number): boolean
  /** Values that are announced. */
  values(more: number): boolean
  error(): boolean
  /** So many bytes have come at once, within a reply. */
  piece(length: number): boolean
  /** Whether it is more than its own share, by its bytes or its values. */
  isOver(): boolean
  /** A reply begins, which has this share; null: whatever any may have. */
  begin(share: Share | null): void
  /** It has ended: what it took is off its share. */
  end(): void
}

export function createReplySize(mostBytes: number): ReplySize {
  const most = shareOf(mostBytes)
  let bytes = 0
  let kept = 0
  let own: Share | null = null
  const keep = (more: number): boolean => {
    kept += more
    return kept > most.kept
  }
  const begin = (share: Share | null): void => {
    own = share
    bytes = 0
    kept = 0
  }
  return {
    bytes(more) {
      bytes += more
      return bytes > most.bytes
    },
    values: (more) => keep(more * VALUE_BYTES),
    error: () => keep(ERROR_BYTES - VALUE_BYTES),
    // Where they are as large as usual the bytes themselves are what counts.
    piece: (length) => keep(Math.max(0, PIECE_BYTES - length)),
    isOver: () => own !== null && (bytes > Math.min(own.each, own.bytes) || kept > own.kept),
    begin,
    end() {
      if (own !== null) {
        own.bytes = Math.max(0, own.bytes - bytes)
        own.kept = Math.max(0, own.kept - kept)
      }
      begin(null)
    },
  }
}
