import { displayBytes, type Bytes } from '../bytes'

const NAME = /(^|[:._/-])(dead|dlq|dead[-_]?letters?)$/i

/** Whether a stream is one of dead letters by its name: `orders:dead`, as Sluice names them, `orders-dlq`, `dead_letters`. */
export function isDeadLetterName(key: Bytes): boolean {
  return NAME.test(displayBytes(key))
}
