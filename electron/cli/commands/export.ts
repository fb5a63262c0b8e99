import { existsSync } from 'node:fs'
import type { EntriesExport, ExportChoice, ExportEvent, ExportSource } from '../../../shared/model/export'
import { EXPORT_FORMATS, exportedGroups, isPossible } from '../../../shared/model/export'
import { cliWords } from '../../../shared/words/en/cli-words'
import { exportWords } from '../../../shared/words/en/export-words'
import { UsageError } from '../../host/usage-error'
import { readBounds } from '../bounds'
import type { Call } from '../call'
import type { HostCommand } from '../command'
import { CRITERIA_FLAGS, readCriteria } from '../criteria'
import { EXIT, FileTrouble, Refused, type ExitCode } from '../exit-code'
import type { FlagName } from '../flags'
import { readFind } from '../read-find'
import type { Flags } from '../values'

const OF_ENTRIES = ['newest', 'count', 'with'] as const satisfies readonly FlagName[]
const OF_PENDING = ['consumer', 'bodies', ...CRITERIA_FLAGS] as const satisfies readonly FlagName[]
const OF_BOTH: readonly FlagName[] = ['since', 'until', 'id', 'find']
const MOST = Number.MAX_SAFE_INTEGER

/** `sluice export STREAM [GROUP]` */
export const exportCommand: HostCommand = {
  kind: 'host',
  args: ['STREAM', 'GROUP?'],
  flags: ['format', 'out', 'groups', 'decoded', 'unmasked', 'id', ...OF_ENTRIES, ...OF_PENDING],
  async run(call) {
    const { api, flags, print, signal } = call
    const choice = readChoice(call)
    const out = flags.text('out')
    if (out === undefined && print.isTerminal) throw new UsageError(cliWords.exports.toTerminal)
    if (out !== undefined && existsSync(out)) throw new FileTrouble(cliWords.planFile.exists(out))
    const { id: connectionId } = await call.connect()
    let total: number | null = null
    for await (const event of await api.export.save({ connectionId, key: call.name(0), ...choice }, { signal })) {
      if (event.kind === 'begun') total = event.total
      else if (event.kind === 'written') print.progress(exportWords.progress(event.rows, event.read, total))
      else return tell(call, event)
    }
    signal.throwIfAborted()
    throw new Refused(cliWords.exports.notWhole)
  },
}

function tell({ print, signal }: Call, event: Extract<ExportEvent, { kind: 'end' | 'stopped' }>): ExitCode {
  print.progress(null)
  if (event.kind === 'stopped') {
    signal.throwIfAborted()
    throw new Refused(`${exportWords.stopped[event.why]} ${cliWords.exports.notWhole}`)
  }
  const { rows, bytes, removed, missing, untold, masked } = event
  print.note(exportWords.done(rows, bytes), 'soft')
  if (removed !== null && removed > 0) print.note(exportWords.removed(removed), 'warn')
  if (missing > 0) print.note(exportWords.missing(missing), 'warn')
  if (untold > 0) print.note(exportWords.untold(untold), 'warn')
  if (masked > 0) print.note(exportWords.masked(masked), 'warn')
  return EXIT.fine
}

function readChoice(call: Call): ExportChoice {
  const { flags } = call
  const format = flags.choice('format', EXPORT_FORMATS) ?? 'jsonl'
  const source = readSource(call)
  if (source.kind === 'groups') refuse(flags, ['unmasked'], cliWords.exports.groups)
  const unmasked = flags.has('unmasked') ? { unmasked: true } : {}
  const choice = { format, as: flags.has('decoded') ? 'decoded' : 'raw', source, ...unmasked } as const
  if (format === 'redis-cli') refuse(flags, ['decoded', 'newest'], cliWords.exports.script)
  else refuse(flags, ['with'], cliWords.exports.format(format))
  if (!isPossible(choice)) throw new UsageError(cliWords.exports.groupsOfWhole)
  return choice
}

function readSource(call: Call): ExportSource {
  const { flags } = call
  const ids = flags.has('id') ? [...flags.ids('id')] : undefined
  if (flags.has('groups')) {
    refuse(flags, ['id', ...OF_ENTRIES, ...OF_PENDING], cliWords.exports.groups)
    if (call.word(1) !== '') throw new UsageError(cliWords.notTogether('--groups', cliWords.exports.aGroup))
    return { kind: 'groups' }
  }
  if (call.word(1) !== '') {
    refuse(flags, OF_ENTRIES, cliWords.exports.aGroup)
    const criteria = readCriteria(flags, 'consumer')
    const some = Object.keys(criteria).length > 0
    if (ids !== undefined && some) throw new UsageError(cliWords.exports.idsAlone)
    return {
      kind: 'pending',
      group: call.name(1),
      bodies: flags.has('bodies'),
      ...(ids && { ids }),
      ...(some && { criteria }),
    }
  }
  refuse(
    flags,
    OF_PENDING.filter((name) => !OF_BOTH.includes(name)),
    cliWords.exports.noGroup,
  )
  return readEntries(flags, ids)
}

function readEntries(flags: Flags, ids: EntriesExport['ids']): EntriesExport {
  const given = {
    ...readBounds(flags),
    ids,
    query: readFind(flags),
    most: flags.number('count', 1, MOST),
    groups: flags.choice('with', exportedGroups.options),
  }
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { kind: 'entries', order: flags.has('newest') ? 'newest' : 'oldest', ...known }
}

function refuse(flags: Flags, names: readonly FlagName[], other: string): void {
  const given = names.find((name) => flags.has(name))
  if (given !== undefined) throw new UsageError(cliWords.notTogether(`--${given}`, other))
}
