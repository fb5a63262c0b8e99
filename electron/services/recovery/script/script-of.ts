import type { ServerInfo } from '../../../../shared/model/connection'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { GroupSource } from '../../../redis/source'
import type { SelectedBatch } from '../selection/selected'

/** What a script is made of: reading only. */
export interface ScriptContext extends GroupSource {
  readonly server: ServerInfo
}

/** redis-cli lines for some entries, as the run parts them. */
export interface ScriptPart {
  readonly lines: readonly string[]
  readonly entries: number
}

/** Makes the lines of one kind of action, batch by batch. */
export type ScriptOf<A extends RecoveryAction> = (
  context: ScriptContext,
  action: A,
  plan: RecoveryPlan,
  batches: AsyncIterable<SelectedBatch>,
) => AsyncGenerator<ScriptPart, void>
