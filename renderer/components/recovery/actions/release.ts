import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import type { ActionScreen } from './action-screen'

type Release = Extract<RecoveryAction, { kind: 'release' }>

export const RELEASE_MODES: readonly { readonly value: Release['mode']; readonly label: string }[] = [
  { value: 'SILENT', label: words.recoveryAction.releaseSilent },
  { value: 'FAIL', label: words.recoveryAction.releaseFail },
  { value: 'FATAL', label: words.recoveryAction.releaseFatal },
]

export const release: ActionScreen<Release> = {
  kind: 'release',
  label: words.recoveryAction.releaseToGroup,
  hint: words.recoveryAction.releaseHint,
  verb: words.recoveryAction.release,
  start: { kind: 'release', mode: 'SILENT' },
  options: [
    {
      control: 'choice',
      label: words.recoveryAction.thisDelivery,
      choices: RELEASE_MODES,
      get: ({ mode }) => mode,
      set: (action, value) => ({
        ...action,
        mode: RELEASE_MODES.find((each) => each.value === value)?.value ?? 'SILENT',
      }),
    },
  ],
}
