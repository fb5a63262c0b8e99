import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { PlanScript } from '../../../../shared/model/script'
import { kindOf } from '../actions/kinds'
import type { PreparedRecovery } from '../plan/plan-recovery'
import { selectedBatches } from '../selection/selected'
import { deadLetterScript, echo, handleScript, requeueScript } from './body-scripts'
import { claimScript, spreadScript } from './claim-scripts'
import { ackScript, planLinesScript } from './row-scripts'
import type { ScriptContext, ScriptOf } from './script-of'
import { message } from '../../../../shared/words/messages'

/** What a script may hold: entries, and bytes. */
const MOST_ENTRIES = 100_000
const MOST_BYTES = 16 * 1024 * 1024

const scripts: { readonly [K in RecoveryAction['kind']]: ScriptOf<Extract<RecoveryAction, { kind: K }>> } = {
  claim: claimScript,
  spread: spreadScript,
  autoClaim: planLinesScript,
  ack: ackScript,
  ackDelete: planLinesScript,
  deadLetter: deadLetterScript,
  requeue: requeueScript,
  release: planLinesScript,
  handle: handleScript,
}

/** The mark tells whether a ticked entry that was delivered again is the one of then. */
type ScriptedPlan = Pick<PreparedRecovery, 'plan' | 'selected' | 'plannedAt'> &
  Partial<Pick<PreparedRecovery, 'stream'>>

/** What a script is of and how far it may go; the limits are what a page can hold. */
export interface ScriptOptions {
  readonly at: Date
  readonly mostEntries?: number
  readonly mostBytes?: number
}

/**
 * The commands of a plan for redis-cli, in the batches that its run would send, of what is still as the plan saw it. Reads
 * only, page by page. Ends early at its limits, and says so in its last line. Throws UNSUPPORTED where no such script
 * keeps what can't be written from being acked.
 */
export async function* makeScript(
  context: ScriptContext,
  { plan, selected, plannedAt, stream }: ScriptedPlan,
  { at, mostEntries = MOST_ENTRIES, mostBytes = MOST_BYTES }: ScriptOptions,
): AsyncGenerator<PlanScript, void> {
  const { action, changes, drops } = plan
  const total = changes + drops
  // Keyed by the very kind; TypeScript can't follow a union's member through an index.
  const script = scripts[action.kind] as unknown as ScriptOf<RecoveryAction>
  let entries = 0
  let bytes = 0
  let cut = false
  const part = (lines: readonly string[]): PlanScript => {
    const text = lines.map((line) => `${line}\n`).join('')
    bytes += text.length
    return { state: 'part', text, entries, total: Math.max(total, entries) }
  }
  const head = part(headLines(plan, at))
  let isFirst = true
  for await (const { lines, entries: more } of script(
    context,
    action,
    plan,
    selectedBatches(context, selected, plannedAt, stream),
  )) {
    // Only now: what can't be made is refused before anything is given.
    if (isFirst) yield head
    isFirst = false
    const size = lines.reduce((sum, line) => sum + line.length + 1, 0)
    cut = entries + more > mostEntries || bytes + size > mostBytes
    if (cut) break
    entries += more
    if (lines.length > 0) yield part(lines)
  }
  if (isFirst) yield head
  yield part([echo(cut ? message('script.cut', { entries, total }) : message('script.end', { entries }))])
  yield { state: 'end', entries, total: Math.max(total, entries), cut }
}

function headLines({ key, group, action }: RecoveryPlan, at: Date): readonly string[] {
  const what = kindOf(action).summary(action)
  return [
    message('script.head', { what, key, group, at: at.toISOString() }),
    message('script.looks-not-again'),
    message('script.no-journal'),
  ].map(echo)
}
