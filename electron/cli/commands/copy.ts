import { displayName } from '../../../shared/format/display-name'
import type { Bytes } from '../../../shared/bytes'
import type { Connection } from '../../../shared/model/connection'
import type { EntriesChoice } from '../../../shared/model/export'
import type { JournalRecord } from '../../../shared/model/journal'
import type { CopyPace, CopyPlan, CopyRequest } from '../../../shared/model/stream-copy'
import { cliWords } from '../../../shared/words/en/cli-words'
import { streamCopyWords } from '../../../shared/words/en/stream-copy-words'
import { sentence } from '../../../shared/words/messages'
import { namedConnection } from '../../host/named-connection'
import { UsageError } from '../../host/usage-error'
import { noteBounds, readBounds } from '../bounds'
import type { Call } from '../call'
import type { HostCommand } from '../command'
import { EXIT, Refused } from '../exit-code'
import type { FlagName } from '../flags'
import { findRecord } from '../journal-records'
import { readFind } from '../read-find'
import { readyPlan } from '../ready-plan'
import { askConsent } from '../recovery/consent'
import { followJob } from '../recovery/follow-job'
import { paceOf } from '../recovery/recover'

/** Those that the record of a copy says. */
const SAID: readonly FlagName[] = ['since', 'until', 'find', 'id', 'ids', 'provenance']

interface Asked {
  readonly request: Omit<CopyRequest, 'pace'>
  readonly connectionId: string
  readonly key: Bytes
  /** The name of the target's connection. */
  readonly connection: string
}

/** `sluice copy STREAM TARGET`, `sluice copy --resume ID` */
export const copy: HostCommand = {
  kind: 'host',
  args: ['STREAM?', 'TARGET?'],
  flags: [
    ...['to-connection', ...SAID, 'pace', 'max-gap', 'per-second', 'resume'],
    ...['dry-run', 'yes', 'confirm', 'accept'],
  ] as FlagName[],
  async run(call) {
    const { api, flags, print, stop } = call
    const perSecond = paceOf(flags)
    const pace = readPace(call)
    const { request, connectionId, key, connection } = flags.has('resume')
      ? await readRest(call)
      : await readAsked(call)
    const making = await api.copy.plan({ connectionId, key, ...request, pace }, { signal: stop })
    const plan = await readyPlan(call, making, ({ walked, matched }) => cliWords.searchingEntries(walked, matched))
    show(call, plan, connection)
    if (plan.blocked !== null) throw new Refused(sentence(plan.blocked))
    if (flags.has('dry-run') || plan.entries === 0) {
      print.note(flags.has('dry-run') ? cliWords.dryRun : cliWords.nothingToDo)
      return EXIT.fine
    }
    const isProduction = (await call.find(connectionId))?.environment === 'prod'
    const asked = { name: isProduction ? key : null, why: cliWords.copies.production, doubts: plan.doubts ?? [] }
    const consent = await askConsent(call, { ...asked, what: cliWords.copies.copyThem })
    if (consent === null) {
      print.note(cliWords.nothingToDo)
      return EXIT.refused
    }
    stop.throwIfAborted()
    const order = { connectionId, key, planId: plan.id, perSecond: perSecond ?? null, ...consent }
    return followJob(call, await api.copy.run(order))
  },
}

function readPace({ flags }: Call): CopyPace {
  const text = flags.text('pace') ?? 'fast'
  const maxGapMs = flags.span('max-gap') ?? null
  if (text === 'fast') {
    if (maxGapMs !== null) throw new UsageError(cliWords.notTogether('--max-gap', '--pace fast'))
    return { kind: 'fast' }
  }
  const times = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : NaN
  if (!(times >= 0.001)) throw new UsageError(cliWords.badValue('--pace', cliWords.copies.aPace, text))
  return { kind: 'spaced', times, maxGapMs }
}

async function readAsked(call: Call): Promise<Asked> {
  const { flags, print } = call
  if (call.word(1) === '') throw new UsageError(cliWords.copies.nameBoth)
  const bounds = readBounds(flags)
  const [query, ids] = [readFind(flags), flags.has('id') ? [...flags.ids('id')] : undefined]
  noteBounds(print, bounds)
  const { from, to } = bounds
  const choice: EntriesChoice = {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(ids && { ids }),
    ...(query && { query }),
  }
  const source = await call.connect()
  const target = (await targetNamed(call, source)) ?? source
  return {
    ...{ connectionId: target.id, key: call.name(1), connection: target.name },
    request: {
      from: { connectionId: source.id, key: call.name(0) },
      choice,
      ids: flags.choice('ids', ['new', 'keep'] as const) ?? 'new',
      provenance: flags.has('provenance'),
    },
  }
}

/** Opened; null: none is named. */
async function targetNamed(call: Call, source: Connection | null): Promise<Connection | null> {
  const name = call.flags.text('to-connection')
  if (name === undefined) return null
  const found = namedConnection(await call.api.connection.list(), name)
  return found.id === source?.id ? found : call.open(found)
}

/** What the record does not say of connections is asked for as for a copy anew. */
async function readRest(call: Call): Promise<Asked> {
  const { flags, api } = call
  const given = SAID.find((name) => flags.has(name))
  if (given !== undefined) throw new UsageError(cliWords.notTogether(`--${given}`, '--resume'))
  if (call.word(0) !== '') throw new UsageError(cliWords.copies.resumesAlone)
  const record = await findRecord(api, flags.text('resume') ?? '')
  const where = otherConnection(record)
  const named = await call.named()
  const target =
    (await targetNamed(call, null)) ?? (where === null ? named : null) ?? (await call.find(record.connectionId))
  if (target === null) throw new Refused(cliWords.recordElsewhere(record.connectionName))
  if (!flags.has('to-connection')) await call.open(target)
  if (where !== null) await call.open(named ?? namedConnection(await api.connection.list(), where))
  const { id: resumes, key } = record
  return {
    ...{ connectionId: target.id, key, connection: target.name },
    // The record's are taken.
    request: { from: { connectionId: target.id, key }, choice: {}, ids: 'new', provenance: false, resumes },
  }
}

/** The connection of its source, where that is another one. */
function otherConnection({ summary }: JournalRecord): string | null {
  const where: unknown = summary.code === 'copy.summary' ? Reflect.get(summary.params ?? {}, 'where') : null
  return typeof where === 'string' ? where : null
}

function show({ print }: Call, plan: CopyPlan, connection: string): void {
  const text = streamCopyWords.sentence(plan)
  const [given, warnings, takes] = [
    streamCopyWords.given(plan),
    streamCopyWords.warnings(plan),
    streamCopyWords.takes(plan),
  ]
  if (!print.isTable) {
    print.json({ what: 'copy-plan', text, given, warningTexts: warnings, ...plan })
    return
  }
  const where = `${displayName(plan.key)} ${cliWords.on(connection)}`
  print.line({ text, tone: 'title' }, `(${where})`)
  for (const warning of warnings) print.line({ text: `! ${warning}`, tone: 'warn' })
  for (const doubt of plan.doubts ?? []) print.line({ text: `? ${sentence(doubt)}`, tone: 'warn' })
  for (const told of [given, takes]) if (told !== null) print.line(`  ${told}`)
  print.line({ text: `  ${sentence(plan.undo.note)}`, tone: 'soft' })
  if (plan.firstId !== null) print.line({ text: `  ${cliWords.between(plan.firstId, plan.lastId)}`, tone: 'soft' })
  for (const command of plan.commands) print.line({ text: `  ${command}`, tone: 'soft' })
  print.line('')
}
