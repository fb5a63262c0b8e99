import { allAccepted, sweepDoubts } from '../../../shared/judgement/sweep-doubts'
import type { JournalRecord } from '../../../shared/model/journal'
import type { Message } from '../../../shared/model/message'
import type { SweepUndoPlan, SweepUndoRow } from '../../../shared/model/sweep'
import { cliWords } from '../../../shared/words/en/cli-words'
import { sweepCliWords } from '../../../shared/words/en/sweep-cli-words'
import { sentence } from '../../../shared/words/messages'
import { UsageError } from '../../host/usage-error'
import { withoutPassword } from '../address'
import type { Api, Call } from '../call'
import { EXIT, Refused, type ExitCode } from '../exit-code'
import { journalRecords } from '../journal-records'
import type { Print } from '../print/print'
import { askConsent } from '../recovery/consent'
import { followJob } from '../recovery/follow-job'
import { paceOf } from '../recovery/recover'
import { readyPlan } from '../ready-plan'
import { showRefused } from './show-refused'

/** Of a record's id, to name it by. */
const SHORT = 8

/** Says what would be given back in all of its groups, asks, does it. `id`: of the sweep or of one of its records, or how it begins. */
export async function undoSweep(call: Call, id: string): Promise<ExitCode> {
  const { api, flags, print, stop } = call
  const perSecond = paceOf(flags)
  const record = await findSweep(api, id)
  const found = (await call.named()) ?? (await call.find(record.connectionId))
  if (found === null) throw new Refused(cliWords.recordElsewhere(record.connectionName))
  const { id: connectionId } = await call.open(found)
  const onSweep = { connectionId, sweepId: record.sweep?.id ?? '' }
  const making = await api.sweep.planUndo(onSweep, { signal: stop })
  const plan = await readyPlan(call, making, ({ walked, total }) => sweepCliWords.planningUndo(walked, total))
  show(print, plan)
  const isNothing = plan.sums.entries === 0
  if (flags.has('dry-run') || isNothing) {
    print.note(isNothing ? cliWords.nothingToDo : cliWords.dryRun)
    return plan.sums.failed > 0 ? EXIT.partly : EXIT.fine
  }
  const asked = askedOf(plan.rows)
  const doubts = asked.map(({ option, why }) => ({ ...why, code: option }))
  const consent = await askConsent(call, { name: null, doubts, what: cliWords.giveBack })
  if (consent === null) {
    print.note(cliWords.nothingToDo)
    return EXIT.refused
  }
  stop.throwIfAborted()
  return followJob(call, await api.sweep.undo({ ...onSweep, accepts: allAccepted(plan.rows) }), perSecond)
}

/** One of its records. Throws `Refused` where there is none, or of several, `UsageError` for an empty id. */
async function findSweep(api: Api, id: string): Promise<JournalRecord> {
  if (id.trim() === '') throw new UsageError(cliWords.emptyRecord)
  let found: JournalRecord | null = null
  for await (const record of journalRecords(api)) {
    const { sweep } = record
    if (sweep === undefined || sweep.undoes !== undefined) continue
    if (!sweep.id.startsWith(id) && !record.id.startsWith(id)) continue
    if (found !== null && found.sweep?.id !== sweep.id) throw new Refused(cliWords.recordTwice(id))
    found = record
  }
  if (found === null) throw new Refused(sweepCliWords.noSuchSweep(withoutPassword(id)))
  return found
}

/**
 * What has to be accepted, group by group: by the first letters of its record and the code. A code alone would also be of groups that
 * nobody has looked at.
 */
function askedOf(rows: readonly SweepUndoRow[]): readonly { readonly option: string; readonly why: Message }[] {
  const shorts = rows.map(({ recordId }) => recordId.slice(0, SHORT))
  const isClear = new Set(shorts).size === rows.length
  return rows.flatMap(({ recordId, doubts }) => {
    const record = isClear ? recordId.slice(0, SHORT) : recordId
    return doubts.map((why) => ({ option: `${record}:${why.code}`, why }))
  })
}

function show(print: Print, plan: SweepUndoPlan): void {
  const { sums, rows } = plan
  const text = sweepCliWords.undoSum(sums.entries, sums.groups)
  if (!print.isTable) {
    print.json({ what: 'sweep-undo-plan', text, ...plan })
    return
  }
  print.line({ text, tone: 'title' })
  if (sums.leftAlone > 0) print.line(`  ${sweepCliWords.leftAlone(sums.leftAlone)}`)
  if (sums.gone > 0) print.line(`  ${sweepCliWords.gone(sums.gone)}`)
  for (const { why, names } of sweepDoubts(rows))
    print.line({ text: `? ${sweepCliWords.doubt(names, sentence(why))}`, tone: 'warn' })
  showRefused(print, rows)
  print.line('')
}
