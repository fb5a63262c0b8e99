import type { Redis } from 'ioredis'
import { createRandom } from '../../../../electron/sandbox/random'
import { compareIds, type EntryId } from '../../../../shared/entry-id'
import { KEY } from './trim-world'

/** What a group still has to be given, in order, and what it holds: kept beside it, by nobody but this. */
interface Model {
  unread: EntryId[]
  readonly pending: Set<EntryId>
}

/** Sets a group's id, or makes it there, and tells in the same moment what of the stream comes after. */
const PLACE = `
redis.call('XGROUP', ARGV[1], KEYS[1], ARGV[2], ARGV[3])
local ids = {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], ARGV[3], '+')) do
  if entry[1] ~= ARGV[3] then ids[#ids + 1] = entry[1] end
end
return ids`

/** The applications of a stream: they add, read, ack, claim, and make, move and destroy groups; none of them deletes. */
export interface GroupLife {
  /** One thing that happens; throws where a group was not given just what it had to be given. */
  act(): Promise<void>
  /** What some group holds or has to be given, and is not in the stream. */
  lost(): Promise<readonly EntryId[]>
}

/** `backward` false: no group comes to need again what it was done with. */
export function startGroupLife(direct: Redis, seed: number, backward: boolean): GroupLife {
  const random = createRandom(seed)
  const groups = new Map<string, Model>()
  const ids: EntryId[] = []
  let made = 0

  const anyId = (): EntryId => ids[random.int(0, ids.length - 1)] ?? '0-0'
  const putGroup = async (how: 'CREATE' | 'SETID', name: string, at: EntryId): Promise<void> => {
    const unread = (await direct.eval(PLACE, 1, KEY, how, name, at)) as EntryId[]
    groups.set(name, { unread, pending: groups.get(name)?.pending ?? new Set() })
  }
  const add = async (): Promise<void> => {
    const from = ids.length + 1
    const pipeline = direct.pipeline()
    for (let n = from; n < from + 20; n += 1) {
      ids.push(`${n}-0`)
      for (const { unread } of groups.values()) unread.push(`${n}-0`)
      pipeline.xadd(KEY, `${n}-0`, 'n', n)
    }
    await pipeline.exec()
  }
  const read = async (name: string, { unread, pending }: Model): Promise<void> => {
    const count = random.int(1, 300)
    const reply = await direct.xreadgroup('GROUP', name, 'alice', 'COUNT', count, 'STREAMS', KEY, '>')
    const given = ((reply?.[0] as [string, [EntryId][]] | undefined)?.[1] ?? []).map(([id]) => id)
    const due = unread.splice(0, count)
    for (const id of given) pending.add(id)
    if (given.join() === due.join()) return
    throw new Error(`${name} was to be given ${due[0]} … (${due.length}), and got ${given[0]} … (${given.length})`)
  }
  const ack = async (name: string, { pending }: Model): Promise<void> => {
    const done = [...pending].sort(compareIds).slice(0, random.int(1, 400))
    if (random.chance(0.2)) done.shift()
    if (done.length === 0) return
    await direct.xack(KEY, name, ...done)
    for (const id of done) pending.delete(id)
  }
  const claim = async (name: string, { pending }: Model): Promise<void> => {
    const claimed = (await direct.xclaim(KEY, name, 'bob', 0, anyId(), 'FORCE', 'JUSTID')) as EntryId[]
    for (const id of claimed) pending.add(id)
  }
  const makeGroup = (): Promise<void> =>
    putGroup('CREATE', `g${(made += 1)}`, backward && random.chance(0.7) ? anyId() : (ids.at(-1) ?? '0-0'))
  const someGroup = (): [string, Model] | undefined => [...groups][random.int(0, groups.size - 1)]

  return {
    async act() {
      const group = someGroup()
      const what = random.int(0, 19)
      if (ids.length === 0 || what < 2) return add()
      if (!group || (what === 2 && groups.size < 6)) return makeGroup()
      if (what < 9) return read(...group)
      if (what < 15) return ack(...group)
      if (what === 15 && groups.size > 2) {
        await direct.xgroup('DESTROY', KEY, group[0])
        groups.delete(group[0])
      } else if (what === 16 && backward) return putGroup('SETID', group[0], anyId())
      else if (what < 19 && backward) return claim(...group)
      return undefined
    },
    async lost() {
      const there = new Set((await direct.xrange(KEY, '-', '+')).map(([id]) => id))
      const needed = [...groups.values()].flatMap(({ unread, pending }) => [...unread, ...pending])
      return needed.filter((id) => !there.has(id))
    },
  }
}
