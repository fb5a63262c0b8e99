import type { Redis } from 'ioredis'
import { expect } from 'vitest'
import type { EntryId } from '../../../../shared/entry-id'
import { GROUP } from '../recovery/recovery-kit'
import { heldIn, keysOf, originalsIn } from './faulty-bed'
import { pending, type TestBed } from './test-bed'

type Bed = Pick<TestBed, 'direct' | 'key'>

/** Of each seeded entry, and of the group, all that an action may change, as text to be compared. */
export async function factsOf(bed: TestBed): Promise<ReadonlyMap<string, string>> {
  const held = new Map((await heldIn(bed)).map((row) => [row[0], row]))
  const audit = new Map((await pending(bed, 'audit').catch(() => [])).map((row) => [row[0], row]))
  const bodies: [string, readonly EntryId[]][] = []
  for (const key of await keysOf(bed)) bodies.push([key, await originalsIn(bed, key)])
  const ids = new Set([...held.keys(), ...audit.keys(), ...bodies.flatMap(([, each]) => each)])
  const facts = new Map<string, string>()
  for (const id of ids) {
    const counts = bodies.map(([key, each]) => [key, each.filter((one) => one === id).length])
    facts.set(id, JSON.stringify([held.get(id), audit.get(id), counts.filter(([, count]) => count !== 0)]))
  }
  const ofGroup = await groupFacts(bed)
  return ofGroup === null ? facts : facts.set(GROUP, ofGroup)
}

/** Where the group stands, and its consumers' names; null where there is no such group. */
async function groupFacts({ direct, key }: Bed): Promise<string | null> {
  const groups = (await direct.xinfo('GROUPS', key).catch(() => [])) as unknown[][]
  const own = groups.find(([, name]) => name === GROUP)
  if (!own) return null
  const consumers = (await direct.xinfo('CONSUMERS', key, GROUP)) as unknown[][]
  return JSON.stringify([own[own.indexOf('last-delivered-id') + 1], consumers.map(([, name]) => name)])
}

/** What differs, or is in one of them only. */
export function touchedBetween(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name))
}

/** Ids of the server's clients but this one. */
export async function namesOf(direct: Redis): Promise<readonly string[]> {
  const own = String(await direct.client('ID'))
  const lines = String(await direct.client('LIST')).split('\n')
  return lines.map((line) => /^id=(\d+) /.exec(line)?.[1] ?? own).filter((id) => id !== own)
}

/** Waits until the server has ended one of these: whatever came through it was carried out by then. */
export async function endedOneOf(direct: Redis, clients: readonly string[]): Promise<void> {
  await expect
    .poll(async () => {
      const now = await namesOf(direct)
      return clients.every((id) => now.includes(id))
    })
    .toBe(false)
}

export interface Others {
  /** What was pending, and was acked by its consumer. */
  readonly acked: readonly EntryId[]
  /** What was pending, and was claimed by somebody. */
  readonly claimed: readonly (readonly [EntryId, string])[]
}

/**
 * The consumers, a producer and an operator at work: each on an entry of its own, as far as the action left it to them.
 * 6-0 is left as it is.
 */
export async function othersDo({ direct, key }: Bed): Promise<Others> {
  const claim = async (consumer: string, id: EntryId, ...how: string[]): Promise<readonly [EntryId, string][]> => {
    const reply = await direct.call('XCLAIM', key, GROUP, consumer, 0, id, ...how).catch(() => [])
    return (reply as unknown[]).length === 0 ? [] : [[id, consumer]]
  }
  const acked = (await direct.xack(key, GROUP, '1-0').catch(() => 0)) > 0 ? ['1-0'] : []
  const claimed = [...(await claim('carol', '2-0', 'JUSTID')), ...(await claim('bob', '4-0'))]
  await direct.xdel(key, '3-0')
  // As consumers do that keep their stream short.
  if ((await direct.xack(key, GROUP, '5-0').catch(() => 0)) > 0) acked.push('5-0')
  await direct.xdel(key, '5-0')
  if ((await direct.exists(key)) > 0) await direct.xadd(key, '*', 'n', '20-0')
  if ((await direct.exists(`${key}:dead`)) > 0) await direct.xadd(`${key}:dead`, '*', 'n', '20-0')
  return { acked, claimed }
}
