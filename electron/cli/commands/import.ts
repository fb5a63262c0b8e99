import { displayName } from '../../../shared/format/display-name'
import { IMPORT_FORMATS } from '../../../shared/model/entry-import'
import type { Job } from '../../../shared/model/job'
import type { CopiesPlan } from '../../../shared/model/restore'
import { cliWords } from '../../../shared/words/en/cli-words'
import { copiesWords } from '../../../shared/words/en/copies-words'
import { sentence } from '../../../shared/words/messages'
import { UsageError } from '../../host/usage-error'
import type { Call } from '../call'
import type { HostCommand } from '../command'
import { EXIT, Refused, type ExitCode } from '../exit-code'
import { askConsent } from '../recovery/consent'
import { followJob } from '../recovery/follow-job'
import { paceOf } from '../recovery/recover'
import { readyPlan } from '../ready-plan'

interface About {
  readonly connectionId: string
  /** Staged. */
  readonly file: string
  /** Its name. */
  readonly connection: string
}

/** What was shown, and how it is begun. */
interface Planned {
  readonly entries: number
  start(): Promise<Job>
}

const reading = ({ walked, total }: { readonly walked: number; readonly total: number }): string =>
  cliWords.reading(walked, total)

/** `sluice import FILE STREAM` */
export const importCommand: HostCommand = {
  kind: 'host',
  args: ['FILE', 'STREAM'],
  flags: ['format', 'ids', 'per-second', 'provenance', 'dry-run', 'yes'],
  async run(call) {
    const perSecond = paceOf(call.flags)
    const key = call.name(1)
    const ids = call.flags.choice('ids', ['new', 'keep'] as const) ?? 'new'
    if (ids === 'keep' && call.flags.has('provenance')) {
      throw new UsageError(cliWords.notTogether('--provenance', '--ids keep'))
    }
    const format = call.flags.choice('format', IMPORT_FORMATS) ?? null
    const connection = await call.connect()
    const staged = await call.stage(call.word(0), key, { ids, format })
    let isBegun = false
    try {
      const about = { connectionId: connection.id, file: staged.name, connection: connection.name }
      const { entries, start } = ids === 'keep' ? await planKept(call, about) : await planAnew(call, about)
      const ended = await refusedOf(call, entries)
      if (ended !== null) return ended
      call.stop.throwIfAborted()
      const job = await start()
      // From here on an undo, or what was left undone, may need it.
      isBegun = true
      return await followJob(call, job, perSecond)
    } finally {
      if (!isBegun) await staged.discard()
    }
  },
}

/** How it ends where nothing is to be done; null: it is to be done. */
async function refusedOf(call: Call, entries: number): Promise<ExitCode | null> {
  const { flags, print } = call
  if (flags.has('dry-run') || entries === 0) {
    print.note(flags.has('dry-run') ? cliWords.dryRun : cliWords.nothingToDo)
    return EXIT.fine
  }
  if ((await askConsent(call, { name: null, doubts: [], what: cliWords.addEntries })) !== null) return null
  print.note(cliWords.nothingToDo)
  return EXIT.refused
}

async function planAnew(call: Call, { connectionId, file, connection }: About): Promise<Planned> {
  const { api, flags, stop } = call
  const key = call.name(1)
  const asked = { connectionId, key, file, ids: null, provenance: flags.has('provenance') }
  const plan = await readyPlan(call, await api.restore.planCopies(asked, { signal: stop }), reading)
  show(call, plan, connection)
  return { entries: plan.entries, start: () => api.restore.addCopies({ connectionId, key, planId: plan.id }) }
}

/** Throws `Refused` where the stream is there, or the server or the user can't. */
async function planKept(call: Call, { connectionId, file, connection }: About): Promise<Planned> {
  const { api, print, stop } = call
  const asked = { connectionId, file, target: call.name(1), merge: false }
  const plan = await readyPlan(call, await api.restore.planRebuild(asked, { signal: stop }), reading)
  if (plan.blocked !== null) throw new Refused(cliWords.importBlocked(sentence(plan.blocked)))
  const { entries, target, firstId, lastId, undo, commands } = plan
  const text = cliWords.importKept(displayName(target), entries)
  if (!print.isTable) print.json({ what: 'import-plan', text, ...plan, warnings: [] })
  else {
    print.line({ text, tone: 'title' }, `(${cliWords.on(connection)})`)
    print.line({ text: `  ${sentence(undo.note)}`, tone: 'soft' })
    print.line({ text: `  ${cliWords.between(firstId, lastId)}`, tone: 'soft' })
    for (const command of commands) print.line({ text: `  ${command}`, tone: 'soft' })
    print.line('')
  }
  return { entries, start: () => api.restore.rebuild({ connectionId, planId: plan.id }) }
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
