import { displayBytes } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import type { ActionScreen } from './action-screen'
import { deleteOriginal } from './delete-original'

type Requeue = Extract<RecoveryAction, { kind: 'requeue' }>

export const requeue: ActionScreen<Requeue> = {
  kind: 'requeue',
  label: words.recoveryAction.requeue,
  hint: words.recoveryAction.requeueHint,
  verb: words.recoveryAction.requeue,
  start: { kind: 'requeue', stream: null, provenance: true },
  options: [
    {
      control: 'text',
      label: words.recoveryAction.toStream,
      hint: words.recoveryAction.sameStreamHint,
      get: ({ stream }) => (stream === null ? '' : displayBytes(stream)),
      set: (action, name) => ({ ...action, stream: name === '' ? null : name }),
    },
    {
      control: 'check',
      label: words.recoveryAction.provenance,
      hint: words.recoveryAction.provenanceHint,
      get: ({ provenance }) => provenance,
      set: (action, provenance) => ({ ...action, provenance }),
    },
    deleteOriginal(),
  ],
}
