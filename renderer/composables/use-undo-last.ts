import type { Job } from '../../shared/model/job'
import { words } from '../../shared/words/words'
import { useConnections } from '../stores/connections'
import { useJobs } from '../stores/jobs'
import { useToasts } from '../stores/toasts'
import { useRecovery } from './use-recovery'
import { useRecoveryDialog } from './use-recovery-dialog'
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
  const whyNoUndo = useWhyNoUndo()

  function look(job: Job): void {
    const { connectionId, recordId } = job
    looked.value = { connectionId, recordId, summary: `${words.job.headline(job)}: ${words.job.subject(job)}` }
  }

  return async () => {
    const isLast = ({ connectionId, undoable, state }: Job): boolean =>
      connectionId === connections.activeId && undoable && state !== 'running'
    const last = jobs.notices.findLast(isLast)
    if (!last || isStarting.value) return
    // What was done in many groups is not taken back by a key.
    const whyNot = last.sweep === undefined ? whyNoUndo(last.connectionId) : words.job.undoOfSweep(last.sweep.id)
    if (whyNot !== null) toasts.show({ tone: 'warn', title: words.frame.notUndone, detail: whyNot })
    else if (connections.active?.environment === 'prod') look(last)
    else if (await undo(last.connectionId, last.recordId, () => look(last))) jobs.dismiss(last.id)
  }
}
