import { displayBytes } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/plan'
import type { ActionScreen } from './action-screen'

type Requeue = Extract<RecoveryAction, { kind: 'requeue' }>

export const requeue: ActionScreen<Requeue> = {
  kind: 'requeue',
  label: 'Requeue',
  hint: 'Each is copied to the end of a stream, to be delivered anew, and the old one acked.',
  verb: 'Requeue',
  needs: ['xack', 'xadd'],
  start: { kind: 'requeue', stream: null, provenance: true },
  options: [
    {
      control: 'text',
      label: 'To the stream',
      hint: 'Empty: the same one',
      get: ({ stream }) => (stream === null ? '' : displayBytes(stream)),
      set: (action, name) => ({ ...action, stream: name === '' ? null : name }),
    },
    {
      control: 'check',
      label: 'Say where each copy comes from',
      hint: 'In fields added to it',
      get: ({ provenance }) => provenance,
      set: (action, provenance) => ({ ...action, provenance }),
    },
  ],
}
