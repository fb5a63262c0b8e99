import type { RecoveryAction } from '../../../shared/model/recovery-action'
import { references } from '../../../shared/model/references'
import { cliWords } from '../../../shared/words/en/cli-words'
import { UsageError } from '../../host/usage-error'
import type { FlagName } from '../flags'
import type { Flags } from '../values'

/** A recovery as a command: its own options, and the action that they ask for. */
interface RecoveryKind {
  readonly flags: readonly FlagName[]
  action(flags: Flags): RecoveryAction
}

const MOST_LENGTH = Number.MAX_SAFE_INTEGER

function idleOf(flags: Flags) {
  const idle = flags.choice('idle', ['kept', 'anew'] as const)
  return idle === undefined ? {} : { idle }
}

function originalsOf(flags: Flags) {
  const deleteOriginal = flags.choice('delete-original', references.options)
  return deleteOriginal === undefined ? {} : { deleteOriginal }
}

export const RECOVERY_KINDS = {
  claim: {
    flags: ['to', 'include-gone', 'idle'],
    action(flags) {
      const [to = null, another] = flags.manyBytes('to')
      if (another !== undefined) throw new UsageError(cliWords.givenTwice('--to'))
      return { kind: 'claim', to, includeGone: flags.has('include-gone'), ...idleOf(flags) }
    },
  },
  spread: {
    flags: ['to', 'include-gone', 'idle'],
    action(flags) {
      const to = [...flags.manyBytes('to')]
      const includeGone = flags.has('include-gone')
      return { kind: 'spread', to: to.length === 0 ? null : to, includeGone, ...idleOf(flags) }
    },
  },
  ack: { flags: [], action: () => ({ kind: 'ack' }) },
  'ack-delete': {
    flags: ['references', 'no-backup'],
    action: (flags) => ({
      kind: 'ackDelete',
      references: flags.choice('references', references.options) ?? 'KEEPREF',
      keepBodies: !flags.has('no-backup'),
    }),
  },
  'dead-letter': {
    flags: ['to-stream', 'reason', 'max-len', 'delete-original'],
    action: (flags) => ({
      kind: 'deadLetter',
      stream: flags.bytes('to-stream') ?? null,
      reason: flags.text('reason') ?? '',
      maxLen: flags.number('max-len', 1, MOST_LENGTH) ?? null,
      ...originalsOf(flags),
    }),
  },
  requeue: {
    flags: ['to-stream', 'provenance', 'delete-original'],
    action: (flags) => ({
      kind: 'requeue',
      stream: flags.bytes('to-stream') ?? null,
      provenance: flags.has('provenance'),
      ...originalsOf(flags),
    }),
  },
  release: {
    flags: ['mode'],
    action: (flags) => ({
      kind: 'release',
      mode: flags.choice('mode', ['SILENT', 'FAIL', 'FATAL'] as const) ?? 'SILENT',
    }),
  },
} as const satisfies Record<string, RecoveryKind>

export type RecoveryName = keyof typeof RECOVERY_KINDS
export const RECOVERY_NAMES = Object.keys(RECOVERY_KINDS) as readonly RecoveryName[]

export function isRecoveryName(name: string): name is RecoveryName {
  return Object.hasOwn(RECOVERY_KINDS, name)
}
