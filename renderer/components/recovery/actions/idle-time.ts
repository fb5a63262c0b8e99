import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import type { ActionOption } from './action-screen'

type Claiming = Extract<RecoveryAction, { kind: 'claim' | 'spread' | 'handle' }>

const IF_CHEAP = 'ifCheap'

/** What a change of owner makes of the idle time. */
export function idleTime<A extends Claiming>(): ActionOption<A> {
  return {
    control: 'choice',
    label: words.recoveryAction.idleTime,
    choices: [
      { value: IF_CHEAP, label: words.recoveryAction.staysIfCheap },
      { value: 'kept', label: words.recoveryAction.staysAsIs },
      { value: 'anew', label: words.recoveryAction.idleBegins },
    ],
    get: ({ idle = IF_CHEAP }) => idle,
    set: ({ idle: _before, ...action }, value) =>
      (value === IF_CHEAP ? action : { ...action, idle: value === 'kept' ? 'kept' : 'anew' }) as A,
  }
}
