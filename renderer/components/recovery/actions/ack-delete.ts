import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import type { ActionScreen } from './action-screen'
import { REFERENCES } from './references'

type AckDelete = Extract<RecoveryAction, { kind: 'ackDelete' }>

export const ackDelete: ActionScreen<AckDelete> = {
  kind: 'ackDelete',
  label: words.recoveryAction.ackAndDelete,
  hint: words.recoveryAction.ackDeleteHint,
  verb: words.recoveryAction.ackAndDelete,
  start: { kind: 'ackDelete', references: 'KEEPREF', keepBodies: true },
  options: [
    {
      control: 'choice',
      label: words.recoveryAction.otherGroups,
      choices: REFERENCES,
      get: ({ references }) => references,
      set: (action, value) => ({
        ...action,
        references: REFERENCES.find((each) => each.value === value)?.value ?? 'KEEPREF',
      }),
    },
    {
      control: 'check',
      label: words.recoveryAction.keepWhatGoes,
      hint: words.recoveryAction.keepWhatGoesHint,
      get: ({ keepBodies }) => keepBodies,
      set: (action, keepBodies) => ({ ...action, keepBodies }),
    },
  ],
}
