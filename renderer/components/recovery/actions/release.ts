import type { RecoveryAction } from '../../../../shared/model/plan'
import type { ActionScreen } from './action-screen'

type Release = Extract<RecoveryAction, { kind: 'release' }>

const MODES: readonly { readonly value: Release['mode']; readonly label: string }[] = [
  { value: 'SILENT', label: 'Does not count (SILENT)' },
  { value: 'FAIL', label: 'Counts as a failure (FAIL)' },
  { value: 'FATAL', label: 'Counts as the last one: give up on it (FATAL)' },
]

export const release: ActionScreen<Release> = {
  kind: 'release',
  label: 'Release to the group',
  hint: 'Nobody holds them any more; the group’s next reader is given them.',
  verb: 'Release',
  needs: ['xnack'],
  start: { kind: 'release', mode: 'SILENT' },
  options: [
    {
      control: 'choice',
      label: 'This delivery',
      choices: MODES,
      get: ({ mode }) => mode,
      set: (action, value) => ({ ...action, mode: MODES.find((each) => each.value === value)?.value ?? 'SILENT' }),
    },
  ],
}
