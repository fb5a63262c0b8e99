import type { ObservedRow } from './observe-pending'

/** Where a copy comes from and why it was made. All that an entry was before, but its body. */
export interface Origin {
  readonly stream: Buffer
  readonly group: Buffer
  /** In words; null: none is written. */
  readonly reason: string | null
}

/** An entry just before it was copied. */
export type Copied = Pick<ObservedRow, 'id' | 'consumer' | 'deliveries'>

/**
 * The fields that follow an entry's own in its copy: `sluice:stream`, `sluice:group`, `sluice:id` and `sluice:consumer`
 * (whose it was), `sluice:deliveries` (how often it had been delivered), `sluice:reason`, and `sluice:at` (server time
 * just before it was copied, ms since 1970). A copy of a copy has them twice; the last ones are the youngest.
 */
export function provenanceOf(origin: Origin, { id, consumer, deliveries }: Copied, at: number): readonly Buffer[] {
  const pairs: readonly (readonly [string, Buffer | string])[] = [
    ['sluice:stream', origin.stream],
    ['sluice:group', origin.group],
    ['sluice:id', id],
    ['sluice:consumer', consumer],
    ['sluice:deliveries', String(deliveries)],
    ...(origin.reason === null ? [] : [['sluice:reason', origin.reason] as const]),
    ['sluice:at', String(at)],
  ]
  return pairs.flatMap(([name, value]) => [Buffer.from(name), typeof value === 'string' ? Buffer.from(value) : value])
}

/** Whether an entry's fields end in these. */
export function endsWith(fields: readonly Buffer[], provenance: readonly Buffer[]): boolean {
  const tail = fields.slice(-provenance.length)
  return tail.length === provenance.length && tail.every((part, at) => part.equals(provenance[at] ?? Buffer.alloc(0)))
}
