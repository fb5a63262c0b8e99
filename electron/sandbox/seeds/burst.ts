import { add, createGroup, hold, MINUTE, readAndAck, upTo, type Seed } from './lines'

export const BURST = 'bulk-import'

/** An import that wrote 1 200 rows within one millisecond, all of them pending: paging must neither skip nor repeat any. */
export function burstSeed(now: number): Seed {
  const ids = upTo(1_200).map((n) => `${now - 90 * MINUTE}-${n}`)
  return {
    lines: [
      ...ids.map((id, n) =>
        add(BURST, id, [
          ['file', 'customers-2.csv'],
          ['row', n + 1],
        ]),
      ),
      createGroup(BURST, 'importer'),
      readAndAck(BURST, 'importer', 'importer-1', ids.length),
      ...hold(BURST, 'importer', 'importer-1', ids, { at: now - 88 * MINUTE }),
    ],
    lastSeen: [{ key: BURST, consumer: 'importer-1', at: now - 88 * MINUTE }],
  }
}
