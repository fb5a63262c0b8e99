import { resolve } from 'node:path'
import { nameToConfirm } from '../../../shared/for-good'
import type { Connection } from '../../../shared/model/connection'
import type { RecoveryPlan } from '../../../shared/model/plan'
import type { RecoveryAction } from '../../../shared/model/recovery-action'
import type { Selection } from '../../../shared/model/selection'
import type { Bytes } from '../../../shared/bytes'
import { cliWords } from '../../../shared/words/en/cli-words'
import { UsageError } from '../../host/usage-error'
import type { Call } from '../call'
import type { HostCommand } from '../command'
import { EXIT, type ExitCode } from '../exit-code'
import { readyPlan } from '../ready-plan'
import type { Flags } from '../values'
import { askConsent, CONSENT_FLAGS } from './consent'
import { followJob } from './follow-job'
import { RECOVERY_KINDS, type RecoveryName } from './kinds'
import { contentOf, writePlan } from './plan-file'
import { SELECTION_FLAGS, readSelection } from './selection'
import { showPlan } from './show-plan'

interface Asked {
  readonly key: Bytes
  readonly group: Bytes
  readonly selection: Selection
  readonly action: RecoveryAction
  /** The `plannedAt` of the plan that this one is made anew of. */
  readonly since?: number
  /** The `kept` of that one. */
  readonly then?: string
  /** It is to be made anew of this one. */
  readonly keep?: boolean
}

/** A recovery as a command: looks, shows, asks, does it. */
export function recoveryCommand(name: RecoveryName): HostCommand {
  const { flags, action } = RECOVERY_KINDS[name]
  return {
    kind: 'host',
    args: ['STREAM', 'GROUP'],
    flags: [...SELECTION_FLAGS, ...flags, 'out', 'per-second', ...CONSENT_FLAGS],
    async run(call) {
      const selection = readSelection(call.flags)
      const asked = { key: call.name(0), group: call.name(1), selection, action: action(call.flags) }
      const file = call.flags.text('out')
      if (file !== undefined && call.flags.has('yes')) throw new UsageError(cliWords.notTogether('--out', '--yes'))
      const perSecond = paceOf(call.flags)
      const connection = await call.connect()
      const madeAt = Date.now()
      const plan = await planAll(call, connection.id, { ...asked, keep: file !== undefined })
      showPlan(call.print, plan, connection.name)
      if (file !== undefined) {
        await writePlan(file, contentOf(plan, connection, madeAt))
        call.print.note(cliWords.planKept(file, call.line(['run', resolve(file)])))
        return EXIT.fine
      }
      return runPlan(call, connection, plan, perSecond)
    },
  }
}

/** With every figure counted, as it is worth for what is run unseen. Throws the signal's reason. */
export async function planAll(call: Call, connectionId: string, asked: Asked): Promise<RecoveryPlan> {
  const making = await call.api.recovery.planAll({ connectionId, ...asked }, { signal: call.stop })
  return readyPlan(call, making, ({ walked, total }) => cliWords.looked(walked, total))
}

/** Entries a second, as they were asked for. Read before anything is done: throws `UsageError`. */
export function paceOf(flags: Flags): number | undefined {
  return flags.number('per-second', 1, 1_000_000)
}

/** Asks, and does what the plan showed. */
export async function runPlan(
  call: Call,
  { id: connectionId }: Connection,
  plan: RecoveryPlan,
  perSecond: number | undefined,
): Promise<ExitCode> {
  const { api, flags, print, stop } = call
  if (flags.has('dry-run')) {
    print.note(cliWords.dryRun)
    return EXIT.fine
  }
  if (plan.changes + plan.drops === 0) {
    print.note(cliWords.nothingToDo)
    return EXIT.fine
  }
  const consent = await askConsent(call, {
    name: nameToConfirm(plan),
    doubts: plan.doubts ?? [],
    what: cliWords.doIt,
  })
  if (consent === null) {
    print.note(cliWords.nothingToDo)
    return EXIT.refused
  }
  stop.throwIfAborted()
  return followJob(call, await api.recovery.run({ connectionId, planId: plan.id, ...consent }), perSecond)
}
