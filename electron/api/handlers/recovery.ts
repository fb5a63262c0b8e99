import type { Bytes } from '../../../shared/bytes'
import { message } from '../../../shared/words/messages'
import type { Base } from '../base'
import { maskedPlan, maskedPlanning } from '../masked'
import type { Services } from '../services'

export function recoveryHandlers({ reads, writes }: Base, { connections, recovery, showMasked, undoing }: Services) {
  const { plan, planAll, script, resume, outcome, planUndo } = reads.recovery
  return {
    plan: plan.handler(async ({ input, signal }) =>
      maskedPlan(connections.mask(input.connectionId), await recovery.plan(input, signal)),
    ),
    run: writes.recovery.run.handler(({ input, context }) => recovery.run(context.grant, input)),
    planAll: planAll.handler(({ input, signal }) =>
      maskedPlanning(connections.mask(input.connectionId), recovery.planAll(input, signal)),
    ),
    // A script that is masked would write what is shown for a value, and ack what it stood for.
    script: script.handler(({ input: { connectionId, planId }, context: { caller }, signal }) => {
      const beforeBodies = async (key: Bytes): Promise<void> => {
        if (connections.mask(connectionId) === null) return
        await showMasked(caller.who, { connectionId, key, what: message('masking.script') })
      }
      return recovery.script(connectionId, planId, beforeBodies, signal)
    }),
    resume: resume.handler(({ input, signal }) =>
      maskedPlanning(connections.mask(input.connectionId), recovery.resume(input, signal)),
    ),
    outcome: outcome.handler(({ input }) => recovery.outcome(input.connectionId, input.recordId)),
    planUndo: planUndo.handler(({ input, signal }) => undoing.plan(input.connectionId, input, signal)),
    undo: writes.recovery.undo.handler(({ input, context }) => undoing.undo(context.grant, input)),
  }
}
