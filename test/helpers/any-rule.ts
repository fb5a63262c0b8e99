import type { RuleFields } from '../../shared/model/rule'

/** Claims what rests for a second. */
export const ANY_RULE: Omit<RuleFields, 'connectionId'> = {
  name: 'Monitor',
  stream: '*',
  group: '*',
  minIdleMs: 1_000,
  minDeliveries: null,
  action: { kind: 'claim', to: 'monitor' },
  everyMs: 5_000,
  window: null,
  untilMs: null,
  mostPerRun: 100,
  mostPerDay: 1_000,
}
