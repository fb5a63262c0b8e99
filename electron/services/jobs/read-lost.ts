/** By this name it is read what became of what was sent. Imported by who waits, and by the two that send: `lost-reply.ts` and `run-batch.ts`. */
export const READ_LOST: unique symbol = Symbol('readLost')

/**
 * What is done when the reply to a command that changes something was lost. It is never answered by sending again: once
 * the connection is back, what became of it is read, and told; where that can't be, it is unknown.
 */
export interface LostReply {
  /**
   * Waits for the connection and reads. `fenced` false: what was sent may still be carried out after this reading. Null
   * where nothing can be read: no connection within the limit (or the grace, once the job is cancelled), the connection
   * was closed, or the server refuses to tell.
   */
  [READ_LOST]<T>(work: (fenced: boolean) => Promise<T>, signal: AbortSignal): Promise<T | null>
}
