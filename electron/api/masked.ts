import type { Mask } from '../../shared/masking/mask'
import type { DecodedValue } from '../../shared/model/decoded'
import type { Entry, EntryFields, EntryPage, Field } from '../../shared/model/entry'
import type { HashesFound, ShownValue } from '../../shared/model/hashes-found'
import type { Planning, RecoveryPlan } from '../../shared/model/plan'
import type { PendingPage } from '../../shared/model/pending'

/**
 * What leaves the host of the bodies of entries: `mask` is that of their connection; null: nothing is masked. It stands here, before
 * every transport, so that no screen, command line, program or assistant is told more than another.
 */
export function maskedField<F extends Field>(mask: Mask | null, field: F): F {
  const told = mask?.value(field.name, field.value) ?? null
  return told === null ? field : { ...field, value: told.text, masked: told.masked }
}

export function maskedEntry<E extends Entry>(mask: Mask | null, entry: E): E {
  if (mask === null) return entry
  const told = entry.told?.map((each) => {
    const text = each.text === null ? null : mask.at(each.field ?? '', each.path, each.text)
    return text === null ? each : { ...each, text }
  })
  return { ...entry, fields: entry.fields.map((field) => maskedField(mask, field)), ...(told && { told }) }
}

export function maskedEntries(mask: Mask | null, entries: readonly Entry[]): Entry[] {
  return entries.map((entry) => maskedEntry(mask, entry))
}

export function maskedPage(mask: Mask | null, page: EntryPage): EntryPage {
  return { ...page, entries: maskedEntries(mask, page.entries) }
}

export function maskedFields(mask: Mask | null, { fields, ...rest }: EntryFields): EntryFields {
  return { ...rest, fields: fields.map((field) => maskedField(mask, field)) }
}

export function maskedPending(mask: Mask | null, { entries, ...rest }: PendingPage): PendingPage {
  return { ...rest, entries: entries.map((row) => ({ ...row, body: row.body && maskedEntry(mask, row.body) })) }
}

/** The hashes that it would write. */
export function maskedPlan(mask: Mask | null, { hashes, ...plan }: RecoveryPlan): RecoveryPlan {
  return hashes === undefined ? plan : { ...plan, hashes: maskedHashes(mask, hashes) }
}

export async function* maskedPlanning(
  mask: Mask | null,
  events: AsyncIterable<Planning>,
): AsyncGenerator<Planning, void> {
  for await (const event of events)
    yield event.state === 'ready' ? { ...event, plan: maskedPlan(mask, event.plan) } : event
}

function maskedHashes(mask: Mask | null, { first, ...rest }: HashesFound): HashesFound {
  return { ...rest, first: first.map(({ fields, ...hash }) => ({ ...hash, fields: fields.map(maskedOne) })) }

  function maskedOne({ name, before, after }: HashesFound['first'][number]['fields'][number]) {
    const of = (shown: ShownValue): ShownValue => {
      const told = mask?.value(name, shown.value) ?? null
      return told === null ? shown : { ...shown, value: told.text }
    }
    return { name, before: before && of(before), after: of(after) }
  }
}

/** `field`: its name, where that is known. */
export function maskedDecoded(mask: Mask | null, field: string | null, decoded: DecodedValue): DecodedValue {
  if (mask === null) return decoded
  const { root, last } = decoded
  const text = last === null ? null : (mask.value(field ?? '', last)?.text ?? null)
  return { ...decoded, root: root && mask.tree(field, root), last: text ?? last }
}

/** Of events that come one by one: by the names that are masked when each of them comes. */
export async function* eachMasked<E extends object>(
  mask: () => Mask | null,
  events: AsyncIterable<E>,
): AsyncGenerator<E, void> {
  for await (const event of events) {
    yield 'entries' in event && Array.isArray(event.entries)
      ? { ...event, entries: maskedEntries(mask(), event.entries as Entry[]) }
      : event
  }
}
