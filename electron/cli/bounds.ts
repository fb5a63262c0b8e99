import { compareIds, idTimeMs, type EntryId } from '../../shared/entry-id'
import type { SavedSearch } from '../../shared/model/saved-search'
import { readWhen } from '../../shared/time/read-when'
import { shownZone } from '../../shared/time/shown-zone'
import { formatInZone } from '../../shared/time/zone'
import { cliWords } from '../../shared/words/en/cli-words'
import { whenWords } from '../../shared/words/en/when-words'
import { UsageError } from '../host/usage-error'
import type { Print } from './print/print'
import type { Flags } from './values'

/** From one id to another, both included. */
export interface Bounds {
  readonly from: EntryId | undefined
  readonly to: EntryId | undefined
}

/** `--since` and `--until`. Throws `UsageError`. */
export function readBounds(flags: Flags): Bounds {
  const [from, to] = [flags.when('since', 'low'), flags.when('until', 'high')]
  requireOrder({ from, to })
  return { from, to }
}

/** Throws `UsageError` for a range that ends before it begins. */
export function requireOrder({ from, to }: Bounds): void {
  if (from === undefined || to === undefined || compareIds(from, to) <= 0) return
  throw new UsageError(`--until: ${whenWords.endsEarly}`)
}

/** Both ends of a saved search, in its zone. Throws `UsageError`. */
export function boundsSaved({ from, to, zone }: Pick<SavedSearch, 'from' | 'to' | 'zone'>): Bounds {
  const read = (text: string, bound: 'low' | 'high'): EntryId | undefined => {
    if (text === '') return undefined
    const when = readWhen(text, { bound, nowMs: Date.now(), zone })
    if ('id' in when) return when.id
    throw new UsageError(`--saved: ${whenWords.fault(when.fault)}`)
  }
  return { from: read(from, 'low'), to: read(to, 'high') }
}

/** Says to a person what was understood. */
export function noteBounds(print: Print, { from, to }: Bounds): void {
  if (!print.isTable || (from === undefined && to === undefined)) return
  print.note(cliWords.between(from === undefined ? null : shown(from), to === undefined ? null : shown(to)), 'soft')
}

function shown(id: EntryId): string {
  const atMs = idTimeMs(id)
  return atMs === null ? id : `${id} (${formatInZone(atMs, shownZone())})`
}
