import { nameToConfirm } from '../../../shared/for-good'
import type { Job } from '../../../shared/model/job'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { api } from '../../api/client'
import type { Confirmed, ForGood } from '../plan/use-confirmation'
import { codesOf } from '../plan/use-doubts'
import { words } from '../../../shared/words/words'

/** What every form over the plan of a recovery does with it. */
export const recoveryRun = {
  forGood(plan: RecoveryPlan | null): ForGood | null {
    const key = plan && nameToConfirm(plan)
    return plan === null || key === null ? null : { connectionId: plan.connectionId, key }
  },
  whyNot: ({ changes, drops }: RecoveryPlan): string | null =>
    changes + drops === 0 ? words.recovery.nothingToRun : null,
  run: ({ connectionId, id: planId, doubts }: RecoveryPlan, confirmed: Confirmed): Promise<Job> => {
    const accepts = doubts === undefined ? {} : { accepts: codesOf(doubts) }
    return api().recovery.run({ connectionId, planId, ...confirmed, ...accepts })
  },
  remarks: words.recovery.remarks,
}
