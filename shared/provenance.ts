/**
 * The fields that Sluice puts behind an entry's own when it copies it. Of a dead-lettering: where the entry comes from,
 * whose it was, and why it was given up; the reason is what tells it from a requeue.
 */
const DEAD_LETTERING: ReadonlySet<string> = new Set([
  'sluice:stream',
  'sluice:group',
  'sluice:id',
  'sluice:consumer',
  'sluice:deliveries',
  'sluice:reason',
  'sluice:at',
])

/** Of a redrive: how often by now, from which stream and entry, and when by the server's clock (ms since 1970). */
export const REDRIVING = ['sluice:redrives', 'sluice:dead-stream', 'sluice:dead-id', 'sluice:redriven-at'] as const

/** Of a restore: the record, and the entry's id before. They may follow a dead-lettering, several times. */
const RESTORING = ['sluice:restored', 'sluice:restored-id'] as const

function beforeRestoring(names: readonly string[]): number {
  let end = names.length
  while (end >= 2 && names[end - 2] === RESTORING[0] && names[end - 1] === RESTORING[1]) end -= 2
  return end
}

/**
 * Where the fields of the last dead-lettering begin, among the names of an entry's fields in order; null for an entry
 * that does not end in them, but for those of a restore. What was dead-lettered several times ends in the youngest.
 */
export function deadLetteredAt(names: readonly string[]): number | null {
  const seen = new Set<string>()
  for (let at = beforeRestoring(names) - 1; at >= 0; at -= 1) {
    const name = names[at] ?? ''
    if (!DEAD_LETTERING.has(name) || seen.has(name)) return null
    seen.add(name)
    if (name === 'sluice:stream') return seen.has('sluice:id') && seen.has('sluice:reason') ? at : null
  }
  return null
}
