import { sameBytes, type Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { groupKey } from '../../../shared/group-key'
import { suspectedOf } from '../../../shared/judgement/suspects'
import type { Fallen, LastWords, Suspect } from '../../../shared/model/last-words'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { LookedGroup } from '../../redis/stream-look'
import type { Looker } from '../inspection/look'

/** What is kept: the latest of each group, of all groups, and of each the first entries that it held. */
const MOST_OF_GROUP = 12
const MOST_GROUPS = 500
export const MOST_ENTRIES = 100
/** Signs of life and deliveries are told to some milliseconds; what lies closer together is one moment. */
const SLACK_MS = 2_000
/** A suspect is looked for again, whether it is pending still; sooner where something was acked, or delivered. */
const CHECK_AGAIN_MS = 15_000
const CHECK_SOON_MS = 2_000

interface Death extends Fallen {
  readonly key: Bytes
  readonly group: Bytes
}
interface Watched {
  readonly key: Bytes
  readonly group: Bytes
  deaths: Death[]
  suspects: readonly Suspect[]
  /** Of the group by the last look, and when its suspects were checked. */
  pending: number
  checkedPending: number
  checkedAtMs: number
}

/**
 * Consumers that fell silent while they held entries, and which these were: asked for once, when it is first seen, by one XPENDING of at most 100
 * rows. One that gives a sign of life again did not die. Only what was seen since the connection is watched; nothing of it is kept on the disk.
 */
export interface Deaths {
  /** Takes in a look at a group; `atMs`: of the server. */
  note(key: Bytes, group: LookedGroup, atMs: number, stalledAfterMs: number): void
  /** Asks for what is not known yet of one of them; null: nothing is due. Gives the stream of which something new is known, or null. */
  start(looker: (key: Buffer) => Looker | undefined): Promise<Bytes | null> | null
  isWaiting(): boolean
  of(groupId: string): LastWords
  forget(groupId: string): void
}

export function createDeaths(now: () => number = Date.now): Deaths {
  const groups = new Map<string, Watched>()
  /** When each group was looked at first, by the server's clock. */
  const since = new Map<string, number>()
  const due: Death[] = []

  function noteDeath(id: string, death: Death): void {
    const { key, group } = death
    const known: Watched = groups.get(id) ?? {
      ...{ key, group, deaths: [], suspects: [] },
      ...{ pending: death.held, checkedPending: -1, checkedAtMs: 0 },
    }
    if (!groups.has(id) && groups.size >= MOST_GROUPS) return
    groups.set(id, known)
    known.deaths = [death, ...known.deaths]
      .toSorted((a, b) => b.silentSinceMs - a.silentSinceMs)
      .slice(0, MOST_OF_GROUP)
    if (known.deaths.includes(death)) due.push(death)
  }

  async function read(death: Death, looker: Looker): Promise<Bytes | null> {
    const { key, group, consumer, silentSinceMs } = death
    const told = await looker.heldBy(toBuffer(key), toBuffer(group), toBuffer(consumer), MOST_ENTRIES)
    const watched = groups.get(groupKey(key, group))
    if (told === null || !watched) return null
    const { atMs, rows } = told
    const before = rows.filter(({ idleMs }) => atMs - idleMs <= silentSinceMs + SLACK_MS)
    const entries = before.map(({ id, deliveries }) => ({ id, deliveries }))
    watched.deaths = watched.deaths.map((one) =>
      sameBytes(one.consumer, consumer) && one.silentSinceMs === silentSinceMs ? { ...one, entries } : one,
    )
    // Whether somebody is a suspect is asked of the next look.
    watched.checkedAtMs = 0
    return key
  }

  /** Those that are pending still. */
  async function check(watched: Watched, looker: Looker): Promise<Bytes | null> {
    watched.checkedAtMs = now()
    watched.checkedPending = watched.pending
    const { key, group } = watched
    const suspected = suspectedOf(watched.deaths)
    const ids = suspected.map(({ id }) => id)
    const rows = ids.length === 0 ? [] : await looker.pendingAmong(toBuffer(key), toBuffer(group), ids)
    const deliveries = new Map<EntryId, Suspect['deliveries']>(rows.map((row) => [row.id, row.deliveries]))
    watched.suspects = suspected.flatMap(({ id, consumers }) => {
      const times = deliveries.get(id)
      return times === undefined ? [] : [{ id, consumers, deliveries: times }]
    })
    // What is done with is no suspect any more, and asked for no more.
    const done = new Set(ids.filter((id) => !deliveries.has(id)))
    if (done.size > 0) {
      watched.deaths = watched.deaths.map((death) => ({
        ...death,
        entries: death.entries?.filter(({ id }) => !done.has(id)) ?? null,
      }))
    }
    return key
  }

  const isToCheck = (watched: Watched): boolean =>
    now() - watched.checkedAtMs >= (watched.pending === watched.checkedPending ? CHECK_AGAIN_MS : CHECK_SOON_MS) &&
    (watched.suspects.length > 0 || suspectedOf(watched.deaths).length > 0)

  return {
    note(key, { name, consumerList, pending }, atMs, stalledAfterMs) {
      const group = fromBuffer(name)
      const id = groupKey(key, group)
      const firstMs = since.get(id) ?? atMs
      since.set(id, firstMs)
      const watched = groups.get(id)
      if (watched && pending === 0) watched.suspects = []
      if (watched) watched.pending = pending
      for (const { name: own, idleMs, pending: held } of consumerList ?? []) {
        if (own === null) continue
        const consumer = fromBuffer(own)
        const silentSinceMs = atMs - idleMs
        const known = groups.get(id)?.deaths.find((one) => sameBytes(one.consumer, consumer))
        const isSame = known !== undefined && silentSinceMs <= known.silentSinceMs + SLACK_MS
        const isSilent = held > 0 && idleMs > stalledAfterMs
        if (known && !isSame && watched) watched.deaths = watched.deaths.filter((one) => one !== known)
        if (!isSilent || isSame) continue
        const wasWatched = silentSinceMs >= firstMs
        noteDeath(id, { key, group, consumer, silentSinceMs, held, wasWatched, entries: null })
      }
    },
    start(looker) {
      const death = due.shift()
      if (death) {
        const by = looker(toBuffer(death.key))
        return by ? read(death, by) : null
      }
      const next = [...groups.values()].find(isToCheck)
      const by = next && looker(toBuffer(next.key))
      return next && by ? check(next, by) : null
    },
    isWaiting: () => due.length > 0,
    of(groupId) {
      const { deaths = [], suspects = [] } = groups.get(groupId) ?? {}
      return { fallen: deaths.map(({ key: _key, group: _group, ...fallen }) => fallen), suspects }
    },
    forget(groupId) {
      groups.delete(groupId)
      since.delete(groupId)
    },
  }
}
