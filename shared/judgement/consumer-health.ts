import type { ConsumerHealth } from '../model/group'
import { defaultThresholds, type Thresholds } from './thresholds'

export interface ConsumerSigns {
  readonly pending: number
  /** Since its last attempt (7.2+) or last command, ms (XINFO CONSUMERS idle). */
  readonly idleMs: number
  /** Since it last got an entry, ms; null: not told (before 7.2), or never. */
  readonly inactiveMs?: number | null
  /** Since one of its first pending entries was last delivered, at the most, ms (XPENDING); null: holds none, or was not looked at. */
  readonly oldestIdleMs?: number | null
}

/**
 * Beyond the threshold without a sign of life: stalled when it holds pending entries, idle when it holds none (which is no
 * fault). A sign of life is only an attempt: one that asks for new entries, and does not touch what it holds, is stuck. That
 * is so once it got nothing for as long as the threshold and its entries are idle for longer; or once they have been idle
 * for `neglectedAfterMs`, whatever else it gets.
 */
export function consumerHealth(
  { pending, idleMs, inactiveMs = null, oldestIdleMs = null }: ConsumerSigns,
  {
    stalledAfterMs,
    neglectedAfterMs = defaultThresholds.neglectedAfterMs,
  }: Pick<Thresholds, 'stalledAfterMs'> & Partial<Pick<Thresholds, 'neglectedAfterMs'>>,
): ConsumerHealth {
  if (idleMs > stalledAfterMs) return pending > 0 ? 'stalled' : 'idle'
  if (pending === 0 || oldestIdleMs === null) return 'active'
  const getsNothing = inactiveMs === null || inactiveMs > stalledAfterMs
  const limitMs = getsNothing ? stalledAfterMs : Math.max(stalledAfterMs, neglectedAfterMs)
  return oldestIdleMs > limitMs ? 'stuck' : 'active'
}
