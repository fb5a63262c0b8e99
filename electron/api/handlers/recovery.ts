import type { Base } from '../base'
import type { Services } from '../services'

export function recoveryHandlers({ reads, writes }: Base, { recovery, undoing }: Services) {
  const { plan, planAll, script, resume, outcome, planUndo } = reads.recovery
  return {
    plan: plan.handler(({ input, signal }) => recovery.plan(input, signal)),
    run: writes.recovery.run.handler(({ input, context }) => recovery.run(context.grant, input)),
    planAll: planAll.handler(({ input, signal }) => recovery.planAll(input, signal)),
    script: script.handler(({ input, signal }) => recovery.script(input.connectionId, input.planId, signal)),
    resume: resume.handler(({ input, signal }) => recovery.resume(input, signal)),
    outcome: outcome.handler(({ input }) => recovery.outcome(input.connectionId, input.recordId)),
    planUndo: planUndo.handler(({ input, signal }) => undoing.plan(input.connectionId, input, signal)),
    undo: writes.recovery.undo.handler(({ input, context }) => undoing.undo(context.grant, input)),
  }
}
