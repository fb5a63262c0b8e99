import type { ConsumerHealth } from '../model/group'

export interface ConsumerSigns {
  readonly pending: number
  /** Since the consumer's last sign of life, ms (XINFO CONSUMERS idle). */
  readonly idleMs: number
}

/**
 * active: seen within the threshold. Beyond it: stalled when it still holds pending entries, idle when it holds none
 * (which is no fault).
 */
export function consumerHealth({ pending, idleMs }: ConsumerSigns, stalledAfterMs: number): ConsumerHealth {
  if (idleMs <= stalledAfterMs) return 'active'
  return pending > 0 ? 'stalled' : 'idle'
}
