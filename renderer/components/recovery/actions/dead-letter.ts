import { displayBytes } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/plan'
import type { ActionScreen } from './action-screen'

type DeadLetter = Extract<RecoveryAction, { kind: 'deadLetter' }>

export const deadLetter: ActionScreen<DeadLetter> = {
  kind: 'deadLetter',
  label: 'Dead-letter',
  hint: 'Each is copied to a stream for what failed, with where it came from, and acked once the copy is there.',
  verb: 'Dead-letter',
  needs: ['xack', 'xadd'],
  start: { kind: 'deadLetter', stream: null, reason: '', maxLen: null },
  options: [
    {
      control: 'text',
      label: 'To the stream',
      hint: 'Empty: the stream’s own name and “:dead”',
      get: ({ stream }) => (stream === null ? '' : displayBytes(stream)),
      set: (action, name) => ({ ...action, stream: name === '' ? null : name }),
    },
    {
      control: 'text',
      label: 'Why',
      hint: 'Written to each copy',
      get: ({ reason }) => reason,
      set: (action, reason) => ({ ...action, reason: reason.slice(0, 1_000) }),
    },
    {
      control: 'number',
      label: 'Keep about so many entries there',
      hint: 'Empty: all',
      min: 1,
      max: 1_000_000_000,
      get: ({ maxLen }) => maxLen,
      set: (action, maxLen) => ({ ...action, maxLen }),
    },
  ],
}
