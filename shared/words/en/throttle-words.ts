import type { JobThrottle } from '../../model/job'

/** Why a running job does not go as fast as it could; null when nothing holds it. */
function throttled({ paused, heldBackBy }: JobThrottle): string | null {
  if (paused) return 'Paused: the batch in flight was finished'
  if (heldBackBy === 'latency') return 'Rests between batches: the server answers slowly'
  return heldBackBy === 'replica lag' ? 'Rests between batches: a replica falls behind' : null
}

export const throttleWords = { now: throttled }
