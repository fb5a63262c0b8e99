import { EXPORT_FORMATS, exportedGroups } from '../../shared/model/export'
import { references } from '../../shared/model/references'
import { undoWhich } from '../../shared/model/undo-plan'
import type { cliHelpWords } from '../../shared/words/en/cli-help-words'

export type FlagName = keyof (typeof cliHelpWords)['flags']

interface Flag {
  /** What stands for its value in the help; none: it is a switch. */
  readonly value?: string
  readonly many?: true
  readonly short?: string
  /** All that it may be. */
  readonly choices?: readonly string[]
}

/** How each option is written. What it does stands in `cliHelpWords.flags`. */
export const FLAGS: Readonly<Record<FlagName, Flag>> = {
  connection: { value: 'NAME' },
  'data-dir': { value: 'DIR' },
  'read-only': {},
  json: {},
  table: {},
  quoted: {},
  utc: {},
  help: {},
  count: { value: 'N' },
  oldest: {},
  whole: {},
  consumer: { value: 'NAME' },
  bodies: {},
  since: { value: 'ID' },
  until: { value: 'ID' },
  from: { value: 'CONSUMER', many: true },
  to: { value: 'CONSUMER', many: true },
  id: { value: 'ID', many: true },
  all: {},
  'min-idle': { value: 'TIME' },
  'min-deliveries': { value: 'N' },
  'max-deliveries': { value: 'N' },
  stalled: {},
  gone: {},
  present: {},
  'include-gone': {},
  ids: { value: 'WHICH', choices: ['new', 'keep'] },
  idle: { value: 'WHICH', choices: ['kept', 'anew'] },
  references: { value: 'HOW', choices: references.options },
  'no-backup': {},
  'to-stream': { value: 'NAME' },
  'to-connection': { value: 'NAME' },
  pace: { value: 'PACE' },
  'max-gap': { value: 'TIME' },
  resume: { value: 'ID' },
  reason: { value: 'TEXT' },
  'max-len': { value: 'N' },
  'delete-original': { value: 'HOW', choices: references.options },
  provenance: {},
  mode: { value: 'MODE', choices: ['SILENT', 'FAIL', 'FATAL'] },
  'dry-run': {},
  out: { value: 'FILE', short: 'o' },
  yes: {},
  confirm: { value: 'NAME' },
  accept: { value: 'CODE', many: true },
  'per-second': { value: 'N' },
  format: { value: 'FORMAT', choices: EXPORT_FORMATS },
  groups: {},
  decoded: {},
  unmasked: {},
  newest: {},
  find: { value: 'QUERY' },
  saved: { value: 'NAME' },
  with: { value: 'WHAT', choices: exportedGroups.options },
  role: { value: 'ROLE', choices: ['viewer', 'operator'] },
  which: { value: 'WHICH', choices: undoWhich.options },
}

/** Those that every command takes. */
export const EVERYWHERE: readonly FlagName[] = [
  'connection',
  'data-dir',
  'read-only',
  'json',
  'table',
  'quoted',
  'utc',
  'help',
]
