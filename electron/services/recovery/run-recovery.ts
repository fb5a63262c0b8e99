import type { Bytes } from '../../../shared/bytes'
import { nameToConfirm } from '../../../shared/for-good'
import type { Job } from '../../../shared/model/job'
import { KINDS } from '../../../shared/model/kinds'
import type { Message } from '../../../shared/model/message'
import type { RecoveryPlan } from '../../../shared/model/plan'
import type { RecoveryAction } from '../../../shared/model/recovery-action'
import { message } from '../../../shared/words/messages'
import type { GroupSource } from '../../redis/source'
import { requireSameGroups, sameGroups } from '../inspection/group-positions'
import { requireAccepted } from '../journal/doubts'
import type { JobServices, JobSource } from '../jobs/job-services'
import type { JobStep } from '../jobs/job-step'
import type { PlanStore } from '../jobs/plan-store'
import { recordDraft } from '../jobs/record-draft'
import { requireKnown, requireSameBodies } from '../jobs/require-known'
import { startPlanned } from '../jobs/start-job'
import type { WriteGrant } from '../jobs/write-grant'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { ActionKind } from './action'
import { firstLines } from './actions/command-lines'
import { kindOf } from './actions/kinds'
import type { ClaimsAfter } from './claims/claims-after'
import type { PreparedRecovery } from './plan/plan-recovery'
import { prefetch } from './selection/prefetch'
import { selectedBatches, type SelectedBatch } from './selection/selected'
import { movesOf, type Emptied } from './targets/emptied'

export interface RunOrder {
  readonly planId: string
  readonly confirmation?: Bytes | undefined
  readonly accepts?: readonly string[] | undefined
}

interface Options extends Pick<JobServices, 'jobs'> {
  readonly dataDir: string
  readonly emptied: Emptied
  sourceOf(connectionId: string, subject: { readonly key: Bytes; readonly group: Bytes }): JobSource & GroupSource
  /** Of what was begun, or shown, before. */
  doubtsOf(prepared: PreparedRecovery): Promise<Message[]>
  readonly follow: ClaimsAfter['follow']
}

/** Runs a plan that was kept: as it was shown, and nothing that moved since. See `Recovery.run`. */
export function createRunRecovery({ jobs, dataDir, emptied, sourceOf, doubtsOf, follow }: Options) {
  return async (
    grant: WriteGrant,
    plans: PlanStore<PreparedRecovery>,
    { planId, confirmation, accepts }: RunOrder,
  ): Promise<Job> => {
    const connectionId = grant.connection.id
    const { key, group } = plans.look(planId, { connectionId }).plan
    return startPlanned(jobs, grant, { key, group }, { plans, planId }, async (prepared) => {
      const { plan, selected, plannedAt, stream, positions } = prepared
      const { selection, action, undo } = plan
      requireAccepted(await doubtsOf(prepared), accepts)
      const name = nameToConfirm(plan)
      if (name !== null) grant.confirm(name, confirmation)
      const kind: ActionKind<RecoveryAction> = kindOf(action)
      const source = sourceOf(connectionId, plan)
      await requireSameBodies(source, stream, planId)
      if (positions !== null) await requireSameGroups(source, positions, planId, { own: source.group })
      emptied.note(plan, movesOf(plan, kind.recipient(action)))
      const request = { selection, action: kind.journaled?.(action) ?? action }
      const makes = 'stream' in action && action.stream !== null ? [action.stream] : []
      const commands = firstLines(plan.commands)
      const about = { group, commands, undo, request, stream, makes }
      return {
        draft: recordDraft(action.kind, key, kind.summary(action), about),
        job: { kind: action.kind, to: kind.recipient(action), total: plan.entries, undoable: undo.possible },
        look: (rested) => requireKnown(source, stream, planId, rested ? undefined : isOfStream),
        work(begun) {
          const requireGroups = sameGroups(source, positions, planId, source.group)
          const context = { ...source, ...begun, dataDir, mark: stream, requireGroups }
          const batches = readFor(plan, selectedBatches(context, selected, plannedAt, stream))
          // Of a sweep there would be thousands to follow.
          const isFollowed = KINDS[action.kind].followed && grant.part === undefined
          return async function* (signal) {
            yield* accountFor(kind.run(context, action, plan, batches, signal), plan.entries, signal)
            if (isFollowed) void follow(connectionId, key, begun.record.id)
          }
        },
      }
    })
  }
}

/** While it does not rest, each entry is looked at just before, in a group that was set back as well. */
const isOfStream = ({ code }: Message): boolean => code === message('identity.stream-behind').code

/** What the plan saw and the run did not find any more was acked, or moved on, meanwhile. */
async function* accountFor(
  steps: AsyncGenerator<JobStep, void>,
  planned: number,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  let left = planned
  for await (const step of steps) {
    left -= step.done
    yield step
  }
  if (left > 0 && !signal.aborted) yield { done: left, counts: { ...noCounts, leftAlone: left } }
}

/** Where Redis itself leaves alone what moved since it was read, one batch may be read while another is on its way. */
function readFor({ guard }: RecoveryPlan, batches: AsyncIterable<SelectedBatch>): AsyncIterable<SelectedBatch> {
  return guard.atomic ? prefetch(batches) : batches
}
