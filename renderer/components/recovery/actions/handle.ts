import { displayBytes } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/plan'
import type { ActionScreen } from './action-screen'

type Handle = Extract<RecoveryAction, { kind: 'handle' }>

export const handle: ActionScreen<Handle> = {
  kind: 'handle',
  label: 'Write to hashes and ack',
  hint: 'A consumer claims them, each one’s fields are written to a hash, and what was written is acked.',
  verb: 'Write',
  needs: ['xclaim', 'hset', 'xack'],
  start: { kind: 'handle', to: '', minIdleMs: 0, prefix: '', idField: 'id' },
  options: [
    {
      control: 'consumer',
      label: 'Claim to',
      auto: null,
      get: ({ to }) => to,
      set: (action, to) => ({ ...action, to: to ?? '' }),
    },
    {
      control: 'text',
      label: 'Keys begin with',
      hint: 'tweet: makes tweet:17 of the entry 17',
      get: ({ prefix }) => displayBytes(prefix),
      set: (action, prefix) => ({ ...action, prefix }),
    },
    {
      control: 'choice',
      label: 'And end with',
      choices: [
        { value: 'field', label: 'The value of a field' },
        { value: 'entry', label: 'The entry’s own id' },
      ],
      get: ({ idField }) => (idField === null ? 'entry' : 'field'),
      set: (action, value) => ({ ...action, idField: value === 'entry' ? null : 'id' }),
    },
    {
      control: 'text',
      label: 'Field',
      hint: 'An entry without it is left pending, and listed',
      required: true,
      when: ({ idField }) => idField !== null,
      get: ({ idField }) => (idField === null ? '' : displayBytes(idField)),
      set: (action, idField) => ({ ...action, idField }),
    },
    {
      control: 'number',
      label: 'Idle for at least, in seconds',
      min: 0,
      max: 10_000_000,
      get: ({ minIdleMs }) => Math.round(minIdleMs / 1_000),
      set: (action, seconds) => (seconds === null ? action : { ...action, minIdleMs: seconds * 1_000 }),
    },
  ],
}
