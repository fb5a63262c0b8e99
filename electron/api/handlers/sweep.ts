import type { Base } from '../base'
import type { Services } from '../services'

export function sweepHandlers({ reads, writes }: Base, { sweeps }: Services) {
  const { plan, planUndo } = reads.sweep
  return {
    plan: plan.handler(({ input, signal }) => sweeps.plan(input, signal)),
    run: writes.sweep.run.handler(({ input, context }) => sweeps.run(context.grant, input)),
    planUndo: planUndo.handler(({ input, signal }) => sweeps.planUndo(input.connectionId, input.sweepId, signal)),
    undo: writes.sweep.undo.handler(({ input, context }) => sweeps.undo(context.grant, input)),
  }
}
