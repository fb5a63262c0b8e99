import { sameBytes, type Bytes } from '../bytes'
import type { Consumer } from '../model/group'

/** All consumers but the one named; null: all of them. */
export function othersThan(consumers: readonly Consumer[], except: Bytes | null): readonly Consumer[] {
  return consumers.filter(({ name }) => except === null || !sameBytes(name, except))
}
