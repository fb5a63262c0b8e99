import type { SweepRequest } from '../../shared/model/sweep'

/** Claims all that is pending anywhere. */
export const ANY_SWEEP: Omit<SweepRequest, 'connectionId'> = {
  stream: '*',
  group: '*',
  take: { stalled: false, minIdleMs: 0, minDeliveries: null },
  action: { kind: 'claim', to: 'sweeper' },
}
