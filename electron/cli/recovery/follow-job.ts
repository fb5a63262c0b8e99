import type { Job } from '../../../shared/model/job'
import { cliWords } from '../../../shared/words/en/cli-words'
import { errorText } from '../../../shared/words/errors'
import { sweepCliWords } from '../../../shared/words/en/sweep-cli-words'
import { jobWords } from '../../../shared/words/en/job-words'
import { sentence } from '../../../shared/words/messages'
import { Ended } from '../aborted'
import type { Call } from '../call'
import { SHORT_ID } from '../commands/journal'
import { EXIT, type ExitCode } from '../exit-code'
import { bar, type Print } from '../print/print'
import { showRefused } from '../sweep/show-refused'

/** Failures that are told one by one on a terminal. */
const MOST_TOLD = 20

/**
 * Shows how far a job is until it has ended, and what came of it. A signal ends it after the batch in flight; that nobody reads
 * what is printed does not. `perSecond`: entries, from the second batch on.
 */
export async function followJob({ api, print, stop, line }: Call, { id }: Job, perSecond?: number): Promise<ExitCode> {
  if (perSecond !== undefined) await api.job.limit({ jobId: id, perSecond })
  const cancel = (): void => {
    print.note(cliWords.ending)
    // It may have ended by itself.
    void api.job.cancel({ jobId: id }).catch(() => undefined)
  }
  if (stop.aborted) cancel()
  stop.addEventListener('abort', cancel, { once: true })
  try {
    for await (const job of await api.job.watch()) {
      if (job.id !== id) continue
      const { throttle, done, total } = job
      const why = throttle.heldBackBy === null ? '' : ` (${cliWords.heldBack[throttle.heldBackBy]})`
      const parts = job.sweep === undefined ? '' : `, ${sweepCliWords.through(job.sweep.ended, job.sweep.groups)}`
      print.progress(cliWords.doing(bar(done, total), done, total, `${jobWords.title(job)}${parts}${why}`))
      if (job.endedAt === null) continue
      print.progress(null)
      const undo = job.sweep === undefined ? ['undo'] : ['sweep', 'undo']
      tell(print, job, line([...undo, job.recordId.slice(0, SHORT_ID)]))
      return exitOf(job, stop)
    }
  } finally {
    stop.removeEventListener('abort', cancel)
  }
  return EXIT.fault
}

function exitOf({ state, counts, failures, error, sweep }: Job, stop: AbortSignal): ExitCode {
  if (state === 'cancelled' && stop.reason instanceof Ended) return stop.reason.exitCode
  const isWhole = state === 'done' && failures.length === 0 && counts.unknown === 0 && error === null
  if (!isWhole || (sweep !== undefined && sweep.failed > 0)) return EXIT.partly
  return EXIT.fine
}

function tell(print: Print, job: Job, undo: string | null): void {
  const headline = jobWords.headline(job)
  if (!print.isTable) {
    print.json({ what: 'job', text: headline, notes: jobWords.exceptions(job), ...job })
    return
  }
  const ending = jobWords.ending(job)
  print.line(...(ending === null ? [] : [{ text: `${ending}.`, tone: 'warn' as const }]), {
    text: headline,
    tone: 'title',
  })
  if (job.error !== null) print.line({ text: `  ${errorText(job.error)}`, tone: 'bad' })
  for (const exception of jobWords.exceptions(job)) print.line(`  ${exception}`)
  const next = jobWords.next(job)
  if (next !== null) print.line(`  ${next}`)
  if (job.failures.length > 0) {
    print.line({ text: `  ${jobWords.failed(job)}`, tone: 'bad' })
    for (const { id, reason } of job.failures.slice(0, MOST_TOLD)) print.line(`    ${id}`, sentence(reason))
    if (job.failures.length > MOST_TOLD) print.line(`    ${jobWords.andMore(job.failures.length - MOST_TOLD)}`)
  }
  if (job.sweep !== undefined) {
    const { failures, failed } = job.sweep
    showRefused(print, failures, failed - failures.length)
  }
  if (job.undoable && undo !== null) print.note(cliWords.undoHint(undo), 'soft')
}
