import { callLarge, originOf, type Reader, type Writer } from '../../redis/reader-writer'
import type { BoundServer } from './bound-server'

/**
 * A job may run for long: what may not be written to any more, as `check` tells by throwing, is not, and no other server
 * that took the place of the first. Where that has to be asked first, all that is given waits for the answer and goes out in
 * the order in which it was given: its reader reads behind what was written, in the same round trip.
 */
export function checkedWriter(
  writer: Writer,
  bound: Pick<BoundServer, 'isSure' | 'requireSame'>,
  check: () => void,
): Writer {
  const reader: Reader = {
    origin: originOf(writer.reader),
    async call(...args) {
      if (!bound.isSure()) await bound.requireSame()
      return writer.reader.call(...args)
    },
    async callLarge(...args) {
      if (!bound.isSure()) await bound.requireSame()
      return callLarge(writer.reader, ...args)
    },
    async pipeline(commands) {
      if (!bound.isSure()) await bound.requireSame()
      return writer.reader.pipeline(commands)
    },
  }
  return {
    reader,
    async write(...args) {
      check()
      if (!bound.isSure()) await bound.requireSame()
      return writer.write(...args)
    },
    async transaction(commands) {
      check()
      if (!bound.isSure()) await bound.requireSame()
      return writer.transaction(commands)
    },
  }
}
