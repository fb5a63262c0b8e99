import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import type { ActionOption } from './action-screen'
import { REFERENCES } from './references'

type Copying = Extract<RecoveryAction, { kind: 'requeue' | 'deadLetter' }>

const STAYS = 'stays'

/** What becomes of an entry that was copied and acked. */
export function deleteOriginal<A extends Copying>(): ActionOption<A> {
  return {
    control: 'choice',
    label: words.recoveryAction.original,
    hint: words.recoveryAction.originalHint,
    choices: [{ value: STAYS, label: words.recoveryAction.originalStays }, ...REFERENCES],
    get: ({ deleteOriginal: mode = STAYS }) => mode,
    set: ({ deleteOriginal: _before, ...action }, value) => {
      const mode = REFERENCES.find((each) => each.value === value)?.value
      return { ...action, ...(mode === undefined ? {} : { deleteOriginal: mode }) } as A
    },
  }
}
