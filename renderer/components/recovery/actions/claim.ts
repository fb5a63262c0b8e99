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
    {
      control: 'choice',
      label: 'Idle time',
      choices: [
        { value: 'anew', label: 'Begins anew with the claim' },
        { value: 'kept', label: 'Stays what it is' },
      ],
      get: ({ idle = 'anew' }) => idle,
      set: (action, value) => ({ ...action, idle: value === 'kept' ? 'kept' : 'anew' }),
    },
    {
      control: 'choice',
      label: 'Delivery count',
      choices: [
        { value: 'kept', label: 'Stays what it is' },
        { value: 'plusOne', label: 'One more' },
        { value: 'set', label: 'Set to…' },
      ],
      get: ({ deliveries = 'kept' }) => (typeof deliveries === 'string' ? deliveries : 'set'),
      set: (action, value) => ({
        ...action,
        deliveries: value === 'set' ? { set: 1 } : value === 'plusOne' ? 'plusOne' : 'kept',
      }),
    },
    {
      control: 'number',
      label: 'Deliveries',
      min: 0,
      max: 1_000_000,
      when: ({ deliveries }) => typeof deliveries === 'object',
      get: ({ deliveries }) => (typeof deliveries === 'object' ? deliveries.set : null),
      set: (action, value) => (value === null ? action : { ...action, deliveries: { set: value } }),
    },
  ],
}
