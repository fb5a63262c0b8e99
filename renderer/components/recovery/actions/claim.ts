import type { RecoveryAction } from '../../../../shared/model/plan'
import type { ActionScreen } from './action-screen'

type Claim = Extract<RecoveryAction, { kind: 'claim' }>

export const claim: ActionScreen<Claim> = {
  kind: 'claim',
  label: 'Claim to one consumer',
  hint: 'Another consumer takes them over.',
  verb: 'Claim',
  needs: ['xclaim'],
  start: { kind: 'claim', to: null, includeGone: false },
  options: [
    {
      control: 'consumer',
      label: 'Claim to',
      auto: 'The healthiest other consumer',
      get: ({ to }) => to,
      set: (action, to) => ({ ...action, to }),
    },
    {
      control: 'check',
      label: 'Also take entries gone from the stream',
      hint: 'Redis then drops them from the pending list for good',
      get: ({ includeGone }) => includeGone,
      set: (action, includeGone) => ({ ...action, includeGone }),
    },
  ],
}
