import type { Redis } from 'ioredis'
import { pendingOf, type Name } from '../recovery/recovery-kit'

/** A reply of names and values, without those of the names that are not wanted. */
function without(reply: unknown, names: readonly string[]): Record<string, unknown> {
  const flat = (reply as unknown[]).map((part) => (Buffer.isBuffer(part) ? part.toString('latin1') : part))
  const pairs = flat.flatMap((name, at) => (at % 2 === 0 ? [[String(name), flat[at + 1]] as const] : []))
  return Object.fromEntries(pairs.filter(([name]) => !names.includes(name)))
}

/** What makes a stream what it is for those who use it: its entries, its counters, its groups, their consumers and what is pending. */
export async function factsOf(direct: Redis, key: Name): Promise<unknown> {
  const info = await direct.callBuffer('XINFO', ['STREAM', key])
  const groups = (await direct.callBuffer('XINFO', ['GROUPS', key])) as Buffer[][]
  const named = await Promise.all(
    groups.map(async (group) => {
      const at = group.findIndex((part) => String(part) === 'name')
      const name = group[at + 1] ?? Buffer.alloc(0)
      const consumers = (await direct.callBuffer('XINFO', ['CONSUMERS', key, name])) as unknown[]
      return {
        info: without(group, []),
        pending: await pendingOf(direct, key, name),
        consumers: consumers.map((each) => without(each, ['idle', 'inactive'])),
      }
    }),
  )
  return {
    entries: await direct.xrangeBuffer(key, '-', '+'),
    // How the server stores it is its own affair.
    info: without(info, [
      'radix-tree-keys',
      'radix-tree-nodes',
      'first-entry',
      'last-entry',
      'recorded-first-entry-id',
    ]),
    groups: named,
  }
}

/** When each pending entry was last delivered, by id, ms since 1970. */
export async function deliveredAt(direct: Redis, key: Name, group: Name): Promise<ReadonlyMap<string, number>> {
  // In one transaction the server's clock stands still.
  const replies = (await direct.multi().time().xpending(key, group, '-', '+', 1000).exec()) ?? []
  const [seconds, micros] = replies[0]?.[1] as [string, string]
  const rows = replies[1]?.[1] as [string, string, string, string][]
  const now = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
  return new Map(rows.map(([id, , idleMs]) => [id, now - Number(idleMs)]))
}
