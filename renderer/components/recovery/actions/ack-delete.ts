import type { CapabilityName } from '../../../../shared/model/connection'
import type { RecoveryAction } from '../../../../shared/model/plan'
import { words } from '../../../../shared/words/words'
import type { ActionScreen } from './action-screen'

type AckDelete = Extract<RecoveryAction, { kind: 'ackDelete' }>

const REFERENCES: readonly {
  readonly value: AckDelete['references']
  readonly label: string
  readonly needs?: CapabilityName
}[] = [
  { value: 'KEEPREF', label: words.recoveryAction.keepReferences },
  { value: 'DELREF', label: words.recoveryAction.deleteReferences, needs: 'xackdel' },
  { value: 'ACKED', label: words.recoveryAction.onlyAcked, needs: 'xackdel' },
]

export const ackDelete: ActionScreen<AckDelete> = {
  kind: 'ackDelete',
  label: words.recoveryAction.ackAndDelete,
  hint: words.recoveryAction.ackDeleteHint,
  verb: words.recoveryAction.ackAndDelete,
  needs: ['xack'],
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
