import { displayBytes, type Bytes } from '../../../shared/bytes'
import { displayName } from '../../../shared/format/display-name'
import { formatDuration } from '../../../shared/format/format-duration'
import type { Health } from '../../../shared/judgement/severity'
import type { Waiting } from '../../../shared/judgement/waiting'
import type { Field } from '../../../shared/model/entry'
import { cliWords } from '../../../shared/words/en/cli-words'
import type { HealthLabel } from '../../../shared/words/health-label'
import { units } from '../../../shared/words/units'
import type { Cell, Tone } from './table'

const TONES: Readonly<Record<Health, Tone>> = { bad: 'bad', warn: 'warn', good: 'good', quiet: 'soft', unknown: 'soft' }
const NOTHING: Cell = { text: '-', tone: 'soft' }

export function healthCell({ health, label }: HealthLabel): Cell {
  return { text: label, tone: TONES[health] }
}

export function nameCell(name: Bytes): Cell {
  return displayName(name)
}

export const UNKNOWN: Cell = { text: units.unknown, tone: 'soft' }

/** Null: there is none; where `isThere`, it is not known. */
export function spanCell(ms: number | null, isThere = false): Cell {
  return ms === null ? (isThere ? UNKNOWN : NOTHING) : formatDuration(ms)
}

export function waitingCell({ ms, kind }: Waiting): Cell {
  if (kind === 'none') return NOTHING
  if (ms === null) return { text: '?', tone: 'soft' }
  return `${kind === 'atLeast' ? '≥ ' : ''}${formatDuration(ms)}`
}

export function orNothing(text: string | null): Cell {
  return text === null || text === '' ? NOTHING : text
}

/** Fields in one line: `name=value`, as they come. */
export function fieldsText(fields: readonly Field[], moreFields: number): string {
  const pairs = fields.map(({ name, value, cut }) => `${displayBytes(name)}=${displayBytes(value)}${cut ? '…' : ''}`)
  return [...pairs, ...(moreFields > 0 ? [cliWords.moreFields(moreFields)] : [])].join('  ')
}
