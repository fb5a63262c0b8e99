import type { SweepPlan, SweepPlanning, SweepUndoPlan, SweepUndoPlanning } from '../../../shared/model/sweep'
import { words } from '../../../shared/words/words'
import type { Step } from '../plan/use-planning'

/** How far a plan is, in groups: of how many streams is known from the first step on. */
export async function* sweepSteps(steps: AsyncIterable<SweepPlanning>): AsyncGenerator<Step<SweepPlan>, void> {
  for await (const step of steps) {
    if (step.state === 'ready') yield step
    else {
      const { streams, groups, entries } = step
      yield { state: 'reading', walked: groups, total: streams, told: words.sweep.reading(groups, entries) }
    }
  }
}

export async function* sweepUndoSteps(
  steps: AsyncIterable<SweepUndoPlanning>,
): AsyncGenerator<Step<SweepUndoPlan>, void> {
  for await (const step of steps) {
    if (step.state === 'ready') yield step
    else yield { ...step, told: words.sweep.planningUndo(step.walked, step.total) }
  }
}
