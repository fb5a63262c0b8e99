import type { Redis } from 'ioredis'
import { createRandom, type Random } from '../../../../electron/sandbox/random'
import { compareIds, MAX_ID, nextId, previousId, type EntryId } from '../../../../shared/entry-id'
import type { TrimStrategy } from '../../../../shared/model/trim-plan'
import { KEY } from './trim-world'

/** A trim of a stream that was made of a seed. */
export interface RandomCase {
  readonly strategy: TrimStrategy
  readonly approximate: boolean
  readonly limit: number
}

/** What is so, found the long way: everything read, nothing clever. */
export interface Truth {
  readonly length: number
  readonly going: readonly EntryId[]
  readonly kept: readonly EntryId[]
  readonly groups: readonly { readonly name: string; readonly pending: number; readonly unread: number }[]
}

/**
 * Makes a stream with holes and with groups that began anywhere, hold entries that exist and entries that don't, and
 * were set back or forth; then chooses a trim of it.
 */
export async function seedRandom(direct: Redis, seed: number): Promise<RandomCase> {
  const random = createRandom(seed)
  await direct.del(KEY)
  await direct.xgroup('CREATE', KEY, 'first', '$', 'MKSTREAM')
  const groups = ['first']
  const ids: EntryId[] = []
  const count = random.pick([0, 1, 2, random.int(3, 30), random.int(30, 450)])
  let id = random.pick(['0-1', '5-0', '1620973121009-0', '9223372036854775807-18446744073709551600'])
  for (let n = 0; n < count; n += 1) {
    if (n > 0) id = random.chance(0.7) ? (nextId(id) ?? id) : laterMs(id, random.int(1, 5))
    if (n === count - 1 && random.chance(0.1)) id = MAX_ID
    await direct.xadd(KEY, id, 'n', n, 'body', 'x'.repeat(random.int(0, 40)))
    ids.push(id)
    if (random.chance(4 / (count + 1))) groups.push(await makeGroup(direct, random, groups.length, ids))
    if (random.chance(0.15)) await use(direct, random, random.pick(['first', ...groups]), ids)
    if (random.chance(0.1)) await direct.xdel(KEY, pickOf(random, ids))
  }
  for (let n = random.int(0, 3); n > 0; n -= 1) await use(direct, random, random.pick(['first', ...groups]), ids)
  if (ids.length > 0 && random.chance(0.3)) await direct.xdel(KEY, ids[0] ?? '', ids.at(-1) ?? '')
  if (ids.length > 3 && random.chance(0.3)) await direct.xtrim(KEY, 'MAXLEN', random.int(1, ids.length))
  return {
    strategy: chooseStrategy(random, ids),
    approximate: random.chance(0.4),
    limit: random.pick([100, 250, 5_000]),
  }
}

function laterMs(id: EntryId, ms: number): EntryId {
  return `${BigInt(id.split('-')[0] ?? '0') + BigInt(ms)}-0`
}

function pickOf(random: Random, ids: readonly EntryId[]): EntryId {
  return ids[random.int(0, ids.length - 1)] ?? '0-1'
}

async function makeGroup(direct: Redis, random: Random, number: number, ids: readonly EntryId[]): Promise<string> {
  const name = `group ${number}`
  await direct.xgroup('CREATE', KEY, name, random.pick(['0', '$', pickOf(random, ids)]))
  return name
}

/** One thing that happens to a group: it reads, acks, is moved, or is handed an entry that it never read. */
async function use(direct: Redis, random: Random, group: string, ids: readonly EntryId[]): Promise<void> {
  const consumer = random.pick(['alice', 'bob'])
  const what = random.int(0, 9)
  if (what < 6) await direct.xreadgroup('GROUP', group, consumer, 'COUNT', random.int(1, 60), 'STREAMS', KEY, '>')
  else if (ids.length === 0) return
  else if (what < 8) await direct.xack(KEY, group, pickOf(random, ids), pickOf(random, ids))
  else if (what === 8) await direct.xgroup('SETID', KEY, group, pickOf(random, ids))
  else await direct.xclaim(KEY, group, consumer, 0, pickOf(random, ids), 'FORCE', 'JUSTID')
}

function chooseStrategy(random: Random, ids: readonly EntryId[]): TrimStrategy {
  if (random.chance(0.5)) {
    const length = ids.length
    return {
      kind: 'maxlen',
      maxlen: random.pick([0, 1, length, length + 7, random.int(0, length), random.int(0, length)]),
    }
  }
  const some = ids.length === 0 ? '7-7' : pickOf(random, ids)
  const near = random.pick([some, nextId(some) ?? some, previousId(some) ?? some])
  return { kind: 'minid', minid: random.pick([near, near, near, '0-0', ids.at(-1) ?? '0-1', MAX_ID]) }
}

export async function readTruth(direct: Redis, strategy: TrimStrategy): Promise<Truth> {
  const ids = (await direct.xrange(KEY, '-', '+')).map(([id]) => id)
  const goes = (id: EntryId, at: number): boolean =>
    strategy.kind === 'maxlen' ? at < ids.length - strategy.maxlen : compareIds(id, strategy.minid) < 0
  const going = ids.filter(goes)
  const groups = []
  for (const told of (await direct.xinfo('GROUPS', KEY)) as readonly (readonly unknown[])[]) {
    const name = String(told[told.indexOf('name') + 1])
    const lastDelivered = String(told[told.indexOf('last-delivered-id') + 1])
    const pending = new Set(((await direct.xpending(KEY, name, '-', '+', 10_000)) as [string][]).map(([id]) => id))
    groups.push({
      name,
      pending: going.filter((id) => pending.has(id)).length,
      unread: going.filter((id) => compareIds(id, lastDelivered) > 0).length,
    })
  }
  return { length: ids.length, going, kept: ids.slice(going.length), groups }
}
