import type { CapabilityName } from '../../../../shared/model/connection'
import type { RecoveryAction } from '../../../../shared/model/plan'
import type { ActionScreen } from './action-screen'

type AckDelete = Extract<RecoveryAction, { kind: 'ackDelete' }>

const REFERENCES: readonly {
  readonly value: AckDelete['references']
  readonly label: string
  readonly needs?: CapabilityName
}[] = [
  { value: 'KEEPREF', label: 'Delete; other groups keep it in their pending lists' },
  { value: 'DELREF', label: 'Delete, and take it off every group’s pending list', needs: 'xackdel' },
  { value: 'ACKED', label: 'Delete only what every group has acked', needs: 'xackdel' },
]

export const ackDelete: ActionScreen<AckDelete> = {
  kind: 'ackDelete',
  label: 'Ack and delete',
  hint: 'They leave the pending list and the stream.',
  verb: 'Ack and delete',
  needs: ['xack'],
  start: { kind: 'ackDelete', references: 'KEEPREF', keepBodies: true },
  options: [
    {
      control: 'choice',
      label: 'Other groups',
      choices: REFERENCES,
      get: ({ references }) => references,
      set: (action, value) => ({
        ...action,
        references: REFERENCES.find((each) => each.value === value)?.value ?? 'KEEPREF',
      }),
    },
    {
      control: 'check',
      label: 'Keep what goes',
      hint: 'In a file in Sluice’s data directory',
      get: ({ keepBodies }) => keepBodies,
      set: (action, keepBodies) => ({ ...action, keepBodies }),
    },
  ],
}
