import type { Reply } from './reply'
import type { CutReply } from './reply-gate'

/** `reply`: with null in the place of what was not kept. */
export interface CutWhole extends CutReply {
  readonly reply: Reply
}

/** A reply that held more than it may: it was read to its end, and most of it was not kept. */
export class ReplyTooLargeError extends Error {
  override readonly name = 'ReplyTooLargeError'
  constructor(
    readonly mostBytes: number,
    readonly cut: CutWhole,
  ) {
    super(String(mostBytes))
  }
}
