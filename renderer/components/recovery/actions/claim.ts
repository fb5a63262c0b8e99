import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import type { ActionScreen } from './action-screen'
import { idleTime } from './idle-time'

type Claim = Extract<RecoveryAction, { kind: 'claim' }>

export const claim: ActionScreen<Claim> = {
  kind: 'claim',
  label: words.recoveryAction.claimToOneConsumer,
  hint: words.recoveryAction.claimHint,
  verb: words.recoveryAction.claim,
  start: { kind: 'claim', to: null, includeGone: false },
  options: [
    {
      control: 'consumer',
      label: words.recoveryAction.claimTo,
      auto: words.recoveryAction.healthiestOtherConsumer,
      get: ({ to }) => to,
      set: (action, to) => ({ ...action, to }),
    },
    {
      control: 'check',
      label: words.recoveryAction.takeGone,
      hint: words.recoveryAction.takeGoneHint,
      get: ({ includeGone }) => includeGone,
      set: (action, includeGone) => ({ ...action, includeGone }),
    },
    idleTime(),
    {
      control: 'choice',
      label: words.recoveryAction.deliveryCount,
      choices: [
        { value: 'kept', label: words.recoveryAction.staysAsIs },
        { value: 'plusOne', label: words.recoveryAction.oneMore },
        { value: 'set', label: words.recoveryAction.setTo },
      ],
      get: ({ deliveries = 'kept' }) => (typeof deliveries === 'string' ? deliveries : 'set'),
      set: (action, value) => ({
        ...action,
        deliveries: value === 'set' ? { set: 1 } : value === 'plusOne' ? 'plusOne' : 'kept',
      }),
    },
    {
      control: 'number',
      label: words.recoveryAction.deliveries,
      min: 0,
      max: 1_000_000,
      when: ({ deliveries }) => typeof deliveries === 'object',
      get: ({ deliveries }) => (typeof deliveries === 'object' ? deliveries.set : null),
      set: (action, value) => (value === null ? action : { ...action, deliveries: { set: value } }),
    },
  ],
}
