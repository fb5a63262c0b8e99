import type { SweepAction } from '../../../shared/model/rule'
import type { SweepTake } from '../../../shared/model/sweep'
import { cliWords } from '../../../shared/words/en/cli-words'
import { sweepCliWords } from '../../../shared/words/en/sweep-cli-words'
import { UsageError } from '../../host/usage-error'
import type { FlagName } from '../flags'
import type { Flags } from '../values'

const MOST_DELIVERIES = 1_000_000
const TAKES = ['stalled', 'min-idle', 'min-deliveries'] as const

/** Each is of one action alone. */
const OF_ACTIONS: ReadonlyMap<FlagName, string> = new Map([
  ['to', 'claim'],
  ['to-stream', 'dead-letter'],
  ['mode', 'release'],
])
/** The options by which entries and what is done with them are chosen. */
export const SWEEP_FLAGS: readonly FlagName[] = ['all', ...TAKES, ...OF_ACTIONS.keys()]

const ACTIONS = {
  claim(flags) {
    const [to, another] = flags.manyBytes('to')
    if (to === undefined) throw new UsageError(sweepCliWords.toWhom)
    if (another !== undefined) throw new UsageError(cliWords.givenTwice('--to'))
    return { kind: 'claim', to }
  },
  spread: () => ({ kind: 'spread' }),
  'ack-gone': () => ({ kind: 'ackGone' }),
  'dead-letter': (flags) => ({ kind: 'deadLetter', stream: flags.bytes('to-stream') ?? null }),
  release: (flags) => ({
    kind: 'release',
    mode: flags.choice('mode', ['SILENT', 'FAIL', 'FATAL'] as const) ?? 'SILENT',
  }),
} as const satisfies Record<string, (flags: Flags) => SweepAction>

export type SweepName = keyof typeof ACTIONS
export const SWEEP_NAMES = Object.keys(ACTIONS) as readonly SweepName[]

export function isSweepName(name: string): name is SweepName {
  return Object.hasOwn(ACTIONS, name)
}

/** Throws `UsageError` for what is of another action: who gives it means something that would not be done. */
export function refuseOthers(what: SweepName | 'undo', flags: Flags): void {
  // Which entries are taken is not an undo's to choose.
  const isOthers = (flag: FlagName): boolean => (OF_ACTIONS.has(flag) ? OF_ACTIONS.get(flag) !== what : what === 'undo')
  const given = SWEEP_FLAGS.find((flag) => isOthers(flag) && flags.has(flag))
  if (given !== undefined) throw new UsageError(sweepCliWords.notOf(`--${given}`, what))
}

export function actionOf(name: SweepName, flags: Flags): SweepAction {
  return ACTIONS[name](flags)
}

/** Nothing goes without saying: all of them has to be asked for by `--all`. Throws `UsageError`. */
export function takeOf(name: SweepName, flags: Flags): SweepTake {
  const given = TAKES.find((flag) => flags.has(flag))
  if (flags.has('all') && given !== undefined) throw new UsageError(cliWords.notTogether('--all', `--${given}`))
  if (!flags.has('all') && given === undefined && name !== 'ack-gone') throw new UsageError(sweepCliWords.takeSomething)
  return {
    stalled: flags.has('stalled'),
    minIdleMs: flags.span('min-idle') ?? 0,
    minDeliveries: flags.number('min-deliveries', 1, MOST_DELIVERIES) ?? null,
  }
}
