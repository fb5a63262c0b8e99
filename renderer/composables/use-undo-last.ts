import type { Job } from '../../shared/model/job'
import type { SweepTag } from '../../shared/model/sweep-tag'
import { words } from '../../shared/words/words'
import { useConnections } from '../stores/connections'
import { useJobs } from '../stores/jobs'
import { useToasts } from '../stores/toasts'
import { useRecovery } from './use-recovery'
import { useRecoveryDialog } from './use-recovery-dialog'
import { useSweepDialog } from './use-sweep-dialog'
import { useWhyNoUndo } from './use-why-no-undo'

/**
 * A key that takes back the last thing done: on the connection on the screen, never on one that does not show. On a
 * production connection it shows what it would do first, for a key is pressed by mistake more easily than a button.
 */
export function useUndoLast(): () => Promise<void> {
  const connections = useConnections()
  const jobs = useJobs()
  const toasts = useToasts()
  const { undo, isStarting } = useRecovery()
  const { undo: looked } = useRecoveryDialog()
  const { subject: sweeping } = useSweepDialog()
  const whyNoUndo = useWhyNoUndo()

  function look(job: Job): void {
    const { connectionId, recordId } = job
    looked.value = { connectionId, recordId, summary: `${words.job.headline(job)}: ${words.job.subject(job)}` }
  }

  function lookAtSweep({ connectionId }: Job, { id: sweepId, stream, group }: SweepTag): void {
    sweeping.value = { kind: 'undo', connectionId, sweepId, summary: words.sweep.undoOf(stream, group) }
  }

  return async () => {
    const isLast = ({ connectionId, undoable, state }: Job): boolean =>
      connectionId === connections.activeId && undoable && state !== 'running'
    const last = jobs.notices.findLast(isLast)
    if (!last || isStarting.value) return
    const whyNot = whyNoUndo(last.connectionId)
    if (whyNot !== null) toasts.show({ tone: 'warn', title: words.frame.notUndone, detail: whyNot })
    // What was done in many groups is looked at first, wherever they are.
    else if (last.sweep !== undefined) lookAtSweep(last, last.sweep)
    else if (connections.active?.environment === 'prod') look(last)
    else if (await undo(last.connectionId, last.recordId, () => look(last))) jobs.dismiss(last.id)
  }
}
