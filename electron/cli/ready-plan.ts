import type { Call } from './call'

/** A plan in the making, as the contract tells of it. */
type Making<Step, Plan> = AsyncIterable<
  (Step & { readonly state: 'reading' }) | { readonly state: 'ready'; readonly plan: Plan }
>

/** Tells how far it is, and gives the plan once it is made. Throws the signal's reason. */
export async function readyPlan<Step, Plan>(
  { print, stop }: Pick<Call, 'print' | 'stop'>,
  making: Making<Step, Plan>,
  told: (step: Step) => string,
): Promise<Plan> {
  for await (const step of making) {
    if (step.state === 'ready') {
      print.progress(null)
      return step.plan
    }
    print.progress(told(step))
  }
  stop.throwIfAborted()
  throw new Error('a plan came to no end')
}
