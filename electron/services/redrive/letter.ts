import { isEntryId, type EntryId } from '../../../shared/entry-id'
import { deadLetteredAt, REDRIVING } from '../../../shared/provenance'
import type { RawEntry } from '../../redis/xrange'

/** A dead letter, read. */
export interface Letter {
  readonly id: EntryId
  /** All that it has: name, value, name, value… */
  readonly fields: readonly Buffer[]
  /** How many of these are its own: those before the last dead-lettering, and before the redrive that this followed. */
  readonly own: number
  /** The stream that it was dead-lettered from; null where it does not say. */
  readonly origin: Buffer | null
  /** What it was there, and the group that it was dead-lettered from; null where it does not say. */
  readonly originId: EntryId | null
  readonly originGroup: Buffer | null
  /** How often it was redriven before. */
  readonly redrives: number
}

export function readLetter({ id, fields }: RawEntry): Letter {
  const names = fields.filter((_, at) => at % 2 === 0).map((name) => name.toString('latin1'))
  const at = deadLetteredAt(names)
  const before = names.slice(0, at ?? names.length)
  const isRedriven = REDRIVING.every((name, n) => before[before.length - REDRIVING.length + n] === name)
  const valueOf = (name: string): Buffer | null => fields[2 * names.lastIndexOf(name) + 1] ?? null
  return {
    id,
    fields,
    own: 2 * (before.length - (isRedriven ? REDRIVING.length : 0)),
    origin: at === null ? null : (fields[2 * at + 1] ?? null),
    originId: at === null ? null : idIn(valueOf('sluice:id')),
    originGroup: at === null ? null : valueOf('sluice:group'),
    redrives: redrivesIn(names, fields),
  }
}

function idIn(value: Buffer | null): EntryId | null {
  const text = value?.toString('latin1') ?? ''
  return isEntryId(text) ? text : null
}

/**
 * The greatest count that any field tells: it only ever grows, and whoever copied the entry in between may have put fields
 * behind it.
 */
function redrivesIn(names: readonly string[], fields: readonly Buffer[]): number {
  let most = 0
  for (const [at, name] of names.entries()) {
    const told = name === REDRIVING[0] ? (fields[2 * at + 1]?.toString('latin1') ?? '') : ''
    if (/^\d+$/.test(told)) most = Math.max(most, Math.min(Number(told), Number.MAX_SAFE_INTEGER))
  }
  return most
}

/** What a copy ends in, behind the entry's own fields. `at`: server time just before, ms since 1970. */
export function tailOf({ id, redrives }: Letter, deadStream: Buffer, at: number): readonly Buffer[] {
  const values = [String(redrives + 1), deadStream, id, String(at)]
  return REDRIVING.flatMap((name, n) => [Buffer.from(name), Buffer.from(values[n] ?? '')])
}
