import type { RecoveryAction } from '../../../../shared/model/plan'
import type { ActionScreen } from './action-screen'

type AutoClaim = Extract<RecoveryAction, { kind: 'autoClaim' }>

export const autoClaim: ActionScreen<AutoClaim> = {
  kind: 'autoClaim',
  label: 'Auto-claim',
  hint: 'XAUTOCLAIM to the end of the list: all that is idle for long, and what is gone from the stream is dropped.',
  verb: 'Auto-claim',
  needs: ['xautoclaim'],
  start: { kind: 'autoClaim', to: '', minIdleMs: 60_000, count: 100 },
  options: [
    {
      control: 'consumer',
      label: 'Claim to',
      auto: null,
      get: ({ to }) => to,
      set: (action, to) => ({ ...action, to: to ?? '' }),
    },
    {
      control: 'number',
      label: 'Idle for at least, in seconds',
      min: 1,
      max: 10_000_000,
      get: ({ minIdleMs }) => Math.round(minIdleMs / 1_000),
      set: (action, seconds) => (seconds === null ? action : { ...action, minIdleMs: seconds * 1_000 }),
    },
    {
      control: 'number',
      label: 'Entries per command',
      min: 1,
      max: 100,
      get: ({ count }) => count,
      set: (action, count) => (count === null ? action : { ...action, count }),
    },
  ],
}
