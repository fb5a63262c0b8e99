import { sameBytes, type Bytes } from '../../../shared/bytes'
import type { Consumer } from '../../../shared/model/group'

/**
 * Who the host would choose to take over: of the active consumers the one that holds least, then the one seen last; when
 * none is active, the one seen last. Null when there is no other consumer.
 */
export function healthiest(consumers: readonly Consumer[], except: Bytes | null): Consumer | null {
  const others = consumers.filter(({ name }) => except === null || !sameBytes(name, except))
  const active = others.filter(({ health }) => health === 'active')
  if (active.length > 0) return active.toSorted((a, b) => a.pending - b.pending || a.idleMs - b.idleMs)[0] ?? null
  return others.toSorted((a, b) => a.idleMs - b.idleMs)[0] ?? null
}
