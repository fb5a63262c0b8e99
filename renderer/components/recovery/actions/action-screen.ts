import type { Bytes } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'

interface Control<A, Value> {
  readonly label: string
  readonly hint?: string
  /** Not asked for at all as long as this is false. */
  readonly when?: (action: A) => boolean
  readonly get: (action: A) => Value
  readonly set: (action: A, value: Value) => A
}

interface Choice {
  readonly value: string
  readonly label: string
}

/** One thing to choose about an action. */
export type ActionOption<A> =
  | ({ readonly control: 'check' } & Control<A, boolean>)
  /** One consumer (empty until it is named), or null: the one that `auto` tells of, where there is such. */
  | ({ readonly control: 'consumer'; readonly auto: string | null } & Control<A, Bytes | null>)
  /** Several (none: not chosen yet), or null: those that `auto` tells of, or `autoQuiet` when no consumer is active. */
  | ({ readonly control: 'consumers'; readonly auto: string; readonly autoQuiet: string } & Control<
      A,
      readonly Bytes[] | null
    >)
  | ({
      readonly control: 'choice'
      readonly choices: readonly Choice[]
    } & Control<A, string>)
  | ({ readonly control: 'number'; readonly min: number; readonly max: number } & Control<A, number | null>)
  /** `required`: nothing can be said as long as it is empty. */
  | ({ readonly control: 'text'; readonly required?: boolean } & Control<A, string>)

/** How one action is offered: a file each beside this one, listed in `screens.ts`. */
export interface ActionScreen<A extends RecoveryAction = RecoveryAction> {
  readonly kind: A['kind']
  readonly label: string
  /** What it does to an entry, in a sentence. */
  readonly hint: string
  /** On the button that runs it, before "12 entries". */
  readonly verb: string
  /** As it is asked for before anything is chosen. */
  readonly start: A
  readonly options: readonly ActionOption<A>[]
}

/** What has to be said before anything can be worked out, in words; null when all is. */
export function missingIn<A extends RecoveryAction>({ options }: ActionScreen<A>, action: A): string | null {
  for (const option of options) {
    if (option.when?.(action) === false) continue
    if (option.control === 'consumer' && option.get(action) === '') return words.recoveryAction.nameConsumer
    if (option.control === 'consumers' && option.get(action)?.length === 0) return words.recoveryAction.chooseConsumers
    if (option.control === 'text' && option.required === true && option.get(action) === '')
      return words.recoveryAction.fillIn(option.label)
  }
  return null
}

export type ScreenOf<K extends RecoveryAction['kind']> = ActionScreen<Extract<RecoveryAction, { kind: K }>>

/** Where it may be any of them. An action is only ever given to the screen of its own kind. */
export function anyScreen(
  screen: { [K in RecoveryAction['kind']]: ScreenOf<K> }[RecoveryAction['kind']],
): ActionScreen {
  return screen as unknown as ActionScreen
}
