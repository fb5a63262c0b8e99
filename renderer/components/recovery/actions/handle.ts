import { displayBytes } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import { idleTime } from './idle-time'
import type { ActionScreen } from './action-screen'

type Handle = Extract<RecoveryAction, { kind: 'handle' }>

export const handle: ActionScreen<Handle> = {
  kind: 'handle',
  label: words.recoveryAction.handle,
  hint: words.recoveryAction.handleHint,
  verb: words.recoveryAction.write,
  start: { kind: 'handle', to: '', minIdleMs: 0, prefix: '', idField: 'id' },
  options: [
    {
      control: 'consumer',
      label: words.recoveryAction.claimTo,
      auto: null,
      get: ({ to }) => to,
      set: (action, to) => ({ ...action, to: to ?? '' }),
    },
    {
      control: 'text',
      label: words.recoveryAction.keysBegin,
      hint: words.recoveryAction.keysBeginHint,
      get: ({ prefix }) => displayBytes(prefix),
      set: (action, prefix) => ({ ...action, prefix }),
    },
    {
      control: 'choice',
      label: words.recoveryAction.keysEnd,
      choices: [
        { value: 'field', label: words.recoveryAction.valueOfField },
        { value: 'entry', label: words.recoveryAction.entrysOwnId },
      ],
      get: ({ idField }) => (idField === null ? 'entry' : 'field'),
      set: (action, value) => ({ ...action, idField: value === 'entry' ? null : 'id' }),
    },
    {
      control: 'text',
      label: words.recoveryAction.field,
      hint: words.recoveryAction.fieldHint,
      required: true,
      when: ({ idField }) => idField !== null,
      get: ({ idField }) => (idField === null ? '' : displayBytes(idField)),
      set: (action, idField) => ({ ...action, idField }),
    },
    {
      control: 'number',
      label: words.recoveryAction.idleForAtLeast,
      min: 0,
      max: 10_000_000,
      get: ({ minIdleMs }) => Math.round(minIdleMs / 1_000),
      set: (action, seconds) => (seconds === null ? action : { ...action, minIdleMs: seconds * 1_000 }),
    },
    idleTime(),
  ],
}
