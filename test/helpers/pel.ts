import type { Redis } from 'ioredis'

type Name = string | Buffer

/** One pending entry without its idle time, which always moves. Names are in hex where they are no plain text. */
export interface HeldEntry {
  readonly id: string
  readonly consumer: string
  readonly deliveries: number
}

const PAGE = 1_000

/** The whole pending list of a group as the server has it, read over a connection of the test's own. */
export async function pendingList(redis: Redis, key: Name, group: Name): Promise<readonly HeldEntry[]> {
  const list: HeldEntry[] = []
  for (let from = '-'; ; from = `(${list.at(-1)?.id ?? ''}`) {
    const page = (await redis.callBuffer('XPENDING', key, group, from, '+', PAGE)) as [Buffer, Buffer, number, number][]
    for (const [id, consumer, , deliveries] of page) {
      list.push({ id: id.toString(), consumer: nameText(consumer), deliveries })
    }
    if (page.length < PAGE) return list
  }
}

/** How many entries each consumer holds. */
export async function heldBy(redis: Redis, key: Name, group: Name): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (const { consumer } of await pendingList(redis, key, group)) counts[consumer] = (counts[consumer] ?? 0) + 1
  return counts
}

/** All that the server knows of a stream, its groups and their pending lists: equal only if nothing has touched them. */
export function wholeStream(redis: Redis, key: Name): Promise<unknown> {
  return redis.call('XINFO', 'STREAM', key, 'FULL', 'COUNT', 0)
}

/** Printable ASCII as it is, anything else as `hex:…`. */
export function nameText(name: Buffer): string {
  const text = name.toString('latin1')
  return /^[\x20-\x7e]*$/.test(text) ? text : `hex:${name.toString('hex')}`
}
