import { sameBytes, type Bytes } from '../bytes'
import type { Consumer } from '../model/group'
import { othersThan } from './others-than'

/**
 * Who should take over: of the active consumers the one that holds least, then the one seen last; when none is active, the
 * one seen last. Never one that was emptied from here and not seen since. Null when there is no other consumer.
 */
export function healthiest(consumers: readonly Consumer[], except: Bytes | null): Consumer | null {
  const others = othersThan(consumers, except).filter(({ emptied }) => emptied !== true)
  const active = others.filter(({ health }) => health === 'active')
  if (active.length > 0) return active.toSorted((a, b) => a.pending - b.pending || a.idleMs - b.idleMs)[0] ?? null
  return others.toSorted((a, b) => a.idleMs - b.idleMs)[0] ?? null
}

/**
 * The healthiest, or the one named before while it is about as good: a button must not change whom it names between two
 * refreshes, just as it is clicked.
 */
export function steadyTarget(
  consumers: readonly Consumer[],
  except: Bytes | null,
  before: Bytes | null,
): Consumer | null {
  const best = healthiest(consumers, except)
  const known = before === null ? undefined : othersThan(consumers, except).find(({ name }) => sameBytes(name, before))
  if (!best || known?.health !== 'active') return best
  return known.pending <= best.pending * 2 + 50 ? known : best
}
