import { displayName } from '../../../shared/format/display-name'
import type { CopiesPlan } from '../../../shared/model/restore'
import { cliWords } from '../../../shared/words/en/cli-words'
import { copiesWords } from '../../../shared/words/en/copies-words'
import { sentence } from '../../../shared/words/messages'
import type { Call } from '../call'
import type { HostCommand } from '../command'
import { EXIT, type ExitCode } from '../exit-code'
import { askConsent } from '../recovery/consent'
import { followJob } from '../recovery/follow-job'
import { paceOf } from '../recovery/recover'

/** `sluice import FILE STREAM` */
export const importCommand: HostCommand = {
  kind: 'host',
  args: ['FILE', 'STREAM'],
  flags: ['per-second', 'provenance', 'dry-run', 'yes'],
  async run(call) {
    const perSecond = paceOf(call.flags)
    const key = call.name(1)
    const connection = await call.connect()
    const staged = await call.stage(call.word(0), key)
    let isBegun = false
    try {
      const plan = await planOf(call, { connectionId: connection.id, file: staged.name })
      show(call, plan, connection.name)
      const ended = await refusedOf(call, plan)
      if (ended !== null) return ended
      call.stop.throwIfAborted()
      const job = await call.api.restore.addCopies({ connectionId: connection.id, key, planId: plan.id })
      // From here on an undo, or what was left undone, may need it.
      isBegun = true
      return await followJob(call, job, perSecond)
    } finally {
      if (!isBegun) await staged.discard()
    }
  },
}

/** How it ends where nothing is to be done; null: it is to be done. */
async function refusedOf(call: Call, plan: CopiesPlan): Promise<ExitCode | null> {
  const { flags, print } = call
  if (flags.has('dry-run') || plan.entries === 0) {
    print.note(flags.has('dry-run') ? cliWords.dryRun : cliWords.nothingToDo)
    return EXIT.fine
  }
  if ((await askConsent(call, { name: null, doubts: [], what: cliWords.addEntries })) !== null) return null
  print.note(cliWords.nothingToDo)
  return EXIT.refused
}

async function planOf(
  call: Call,
  { connectionId, file }: { readonly connectionId: string; readonly file: string },
): Promise<CopiesPlan> {
  const { api, flags, print, stop } = call
  const asked = { connectionId, key: call.name(1), file, ids: null, provenance: flags.has('provenance') }
  for await (const step of await api.restore.planCopies(asked, { signal: stop })) {
    if (step.state === 'ready') {
      print.progress(null)
      return step.plan
    }
    print.progress(cliWords.reading(step.walked, step.total))
  }
  stop.throwIfAborted()
  throw new Error('a plan came to no end')
}

function show({ print }: Call, plan: CopiesPlan, connection: string): void {
  const given = copiesWords.given(plan)
  const warnings = copiesWords.warnings(plan)
  if (!print.isTable) {
    print.json({ what: 'import-plan', text: copiesWords.sentence(plan), given, warningTexts: warnings, ...plan })
    return
  }
  const where = `${displayName(plan.key)} ${cliWords.on(connection)}`
  print.line({ text: copiesWords.sentence(plan), tone: 'title' }, `(${where})`)
  for (const warning of warnings) print.line({ text: `! ${warning}`, tone: 'warn' })
  if (given !== null) print.line(`  ${given}`)
  print.line({ text: `  ${sentence(plan.undo.note)}`, tone: 'soft' })
  if (plan.firstId !== null) print.line({ text: `  ${cliWords.between(plan.firstId, plan.lastId)}`, tone: 'soft' })
  for (const command of plan.commands) print.line({ text: `  ${command}`, tone: 'soft' })
  print.line('')
}
