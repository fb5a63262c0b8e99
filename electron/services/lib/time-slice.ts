import { setImmediate as breath } from 'node:timers/promises'

/** For how long one thing is done at a stretch: the host has others to serve. */
const SLICE_MS = 10

/** Work that is done a while at a time. */
export interface TimeSlice {
  /** It is begun now. */
  begin(): void
  /** It is somebody else's turn. */
  isOver(): boolean
  /** Gives others their turn, and begins anew. Throws the signal's reason. */
  rest(): Promise<void>
}

export function createTimeSlice(signal: AbortSignal | undefined): TimeSlice {
  let from = performance.now()
  const begin = (): void => {
    from = performance.now()
  }
  return {
    begin,
    isOver: () => performance.now() - from >= SLICE_MS,
    async rest() {
      await breath()
      signal?.throwIfAborted()
      begin()
    },
  }
}
