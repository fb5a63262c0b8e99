import { displayBytes } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import type { ActionScreen } from './action-screen'
import { deleteOriginal } from './delete-original'

type DeadLetter = Extract<RecoveryAction, { kind: 'deadLetter' }>

export const deadLetter: ActionScreen<DeadLetter> = {
  kind: 'deadLetter',
  label: words.recoveryAction.deadLetter,
  hint: words.recoveryAction.deadLetterHint,
  verb: 'Dead-letter',
  start: { kind: 'deadLetter', stream: null, reason: '', maxLen: null },
  options: [
    {
      control: 'text',
      label: words.recoveryAction.toStream,
      hint: words.recoveryAction.deadStreamHint,
      get: ({ stream }) => (stream === null ? '' : displayBytes(stream)),
      set: (action, name) => ({ ...action, stream: name === '' ? null : name }),
    },
    {
      control: 'text',
      label: words.recoveryAction.why,
      hint: words.recoveryAction.whyHint,
      get: ({ reason }) => reason,
      set: (action, reason) => ({ ...action, reason: reason.slice(0, 1_000) }),
    },
    {
      control: 'number',
      label: words.recoveryAction.keepAbout,
      hint: words.recoveryAction.emptyAll,
      min: 1,
      max: 1_000_000_000,
      get: ({ maxLen }) => maxLen,
      set: (action, maxLen) => ({ ...action, maxLen }),
    },
    deleteOriginal(),
  ],
}
