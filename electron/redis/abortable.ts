import { callLarge, originOf, type Reader } from './reader-writer'

/** A reader that sends nothing more once the signal aborts, and throws its reason instead. */
export function abortable(reader: Reader, signal: AbortSignal | undefined): Reader {
  if (signal === undefined) return reader
  return {
    origin: originOf(reader),
    async call(...line) {
      signal.throwIfAborted()
      return reader.call(...line)
    },
    async callLarge(...line) {
      signal.throwIfAborted()
      return callLarge(reader, ...line)
    },
    async pipeline(lines) {
      signal.throwIfAborted()
      return reader.pipeline(lines)
    },
  }
}
