import type { Connection } from '../../../shared/model/connection'
import type { JournalRecord } from '../../../shared/model/journal'
import { undoWhich, type UndoPlan } from '../../../shared/model/undo-plan'
import { cliWords } from '../../../shared/words/en/cli-words'
import { journalWords } from '../../../shared/words/en/journal-words'
import { undoSentence } from '../../../shared/words/en/undo-words'
import { sentence } from '../../../shared/words/messages'
import type { Call } from '../call'
import type { HostCommand } from '../command'
import { EXIT, Refused } from '../exit-code'
import { findRecord } from '../journal-records'
import type { Print } from '../print/print'
import { askConsent } from '../recovery/consent'
import { followJob } from '../recovery/follow-job'
import { HOLDERS } from '../recovery/holders'
import { readyPlan } from '../ready-plan'

/** `sluice undo ID` */
export const undo: HostCommand = {
  kind: 'host',
  args: ['ID'],
  flags: ['which', 'dry-run', 'yes', 'accept'],
  async run(call) {
    const { api, flags, print, stop } = call
    const which = flags.choice('which', undoWhich.options) ?? 'certain'
    const record = await findRecord(api, call.word(0))
    const { id: connectionId } = await connectAsThen(call, record)
    const onRecord = { connectionId, recordId: record.id, which }
    const making = await api.recovery.planUndo(onRecord, { signal: stop })
    const plan = await readyPlan(call, making, ({ walked, total }) => cliWords.looked(walked, total))
    show(print, record, plan)
    const isNothing = plan.entries === 0 && plan.instead === undefined
    if (flags.has('dry-run') || isNothing) {
      print.note(isNothing ? cliWords.nothingToDo : cliWords.dryRun)
      return EXIT.fine
    }
    const consent = await askConsent(call, { name: null, doubts: plan.doubts ?? [], what: cliWords.giveBack })
    if (consent === null) {
      print.note(cliWords.nothingToDo)
      return EXIT.refused
    }
    stop.throwIfAborted()
    return followJob(call, await api.recovery.undo({ ...onRecord, ...consent }))
  },
}

/** On the connection where it was done: by its id, or as it is named. Another one the host refuses. */
async function connectAsThen(call: Call, record: JournalRecord): Promise<Connection> {
  const found = (await call.named()) ?? (await call.find(record.connectionId))
  if (found === null) throw new Refused(cliWords.recordElsewhere(record.connectionName))
  return call.open(found)
}

function show(print: Print, record: JournalRecord, plan: UndoPlan): void {
  const text = undoSentence(plan)
  if (!print.isTable) {
    print.json({ what: 'undo-plan', text, ...plan })
    return
  }
  print.line({ text: sentence(record.summary), tone: 'title' }, `(${journalWords.recordSubject(record)})`)
  print.line(text)
  for (const doubt of plan.doubts ?? []) print.line({ text: `? ${sentence(doubt)}`, tone: 'warn' })
  print.line({ text: `  ${sentence(plan.note)}`, tone: 'soft' })
  if (plan.consumers.length > 0) print.table(HOLDERS, plan.consumers)
  print.line('')
}
