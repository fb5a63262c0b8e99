import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import type { ActionScreen } from './action-screen'

type AutoClaim = Extract<RecoveryAction, { kind: 'autoClaim' }>

export const autoClaim: ActionScreen<AutoClaim> = {
  kind: 'autoClaim',
  label: words.recoveryAction.autoClaim,
  hint: words.recoveryAction.autoClaimHint,
  verb: 'Auto-claim',
  start: { kind: 'autoClaim', to: '', minIdleMs: 60_000, count: 100 },
  options: [
    {
      control: 'consumer',
      label: words.recoveryAction.claimTo,
      auto: null,
      get: ({ to }) => to,
      set: (action, to) => ({ ...action, to: to ?? '' }),
    },
    {
      control: 'number',
      label: words.recoveryAction.idleForAtLeast,
      min: 1,
      max: 10_000_000,
      get: ({ minIdleMs }) => Math.round(minIdleMs / 1_000),
      set: (action, seconds) => (seconds === null ? action : { ...action, minIdleMs: seconds * 1_000 }),
    },
    {
      control: 'number',
      label: words.recoveryAction.entriesPerCommand,
      min: 1,
      max: 100,
      get: ({ count }) => count,
      set: (action, count) => (count === null ? action : { ...action, count }),
    },
  ],
}
