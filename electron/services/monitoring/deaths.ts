import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import { groupKey } from '../../../shared/group-key'
import { suspectedOf, type Suspected } from '../../../shared/judgement/suspects'
import type { LastWords, Suspect } from '../../../shared/model/last-words'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { LookedGroup } from '../../redis/stream-look'
import type { Looker } from '../inspection/look'
import { createSightings } from './group-sightings'
import { latestDeaths, nameSilent, SLACK_MS, toldOf, type Death } from './silent-consumers'

/** What is kept: of this many groups, those in which somebody fell silent last; and of each death the first entries that were held. */
export const MOST_GROUPS = 500
export const MOST_ENTRIES = 100
/** A suspect is looked for again, whether it is pending still; sooner where something was acked, or delivered. */
const CHECK_AGAIN_MS = 15_000
const CHECK_SOON_MS = 2_000

interface Watched {
  readonly key: Bytes
  readonly group: Bytes
  /** The latest first; never none. */
  deaths: readonly Death[]
  /** By these; null: to be worked out. */
  suspected: readonly Suspected[] | null
  suspects: readonly Suspect[]
  /** Of the group by the last look, and when its suspects were checked. */
  pending: number
  checkedPending: number
  checkedAtMs: number
}

/** When, ms since 1970 by the server's clock, and of which process of the server a look tells; null: not known. */
export interface Looked {
  readonly atMs: number
  readonly run: number | null
}

/**
 * Consumers that fell silent while they held entries, and which these were: asked for once, when it is first seen, by one XPENDING of at most 100
 * rows. One that gives a sign of life again did not die. Only what was seen since the connection is watched; nothing of it is kept on the disk.
 * The deaths of a group are forgotten where signs of life can't be compared any more: another process of the server, a clock set back, a group made anew.
 */
export interface Deaths {
  /** Takes in a look at a group. */
  note(key: Bytes, group: LookedGroup, looked: Looked, stalledAfterMs: number): void
  /** Asks for what is not known yet of one of them; null: nothing is due. Gives the stream of which something new is known, or null. */
  start(looker: (key: Buffer) => Looker | undefined): Promise<Bytes | null> | null
  isWaiting(): boolean
  of(groupId: string): LastWords
  forget(groupId: string): void
}

/** `suspected`: works out who is, of the deaths of a group; once per change of these. */
export function createDeaths(now: () => number = Date.now, suspected = suspectedOf): Deaths {
  const groups = new Map<string, Watched>()
  /** In which something is not asked for yet. */
  const due = new Set<string>()
  const sightings = createSightings()

  function drop(id: string): void {
    groups.delete(id)
    due.delete(id)
  }

  function put(id: string, watched: Watched, deaths: readonly Death[]): void {
    if (deaths.length === 0) return drop(id)
    watched.deaths = deaths
    watched.suspected = null
    if (deaths.some(({ isAsked }) => !isAsked)) due.add(id)
  }

  /** Makes room for a group; not where all others have had a later death. */
  function makeRoom(silentSinceMs: number): boolean {
    if (groups.size < MOST_GROUPS) return true
    let [oldest, atMs] = ['', Infinity]
    for (const [id, { deaths }] of groups) {
      const latestMs = deaths[0]?.silentSinceMs ?? 0
      if (latestMs < atMs) [oldest, atMs] = [id, latestMs]
    }
    if (silentSinceMs <= atMs + SLACK_MS) return false
    drop(oldest)
    return true
  }

  const suspectedIn = (watched: Watched): readonly Suspected[] => (watched.suspected ??= suspected(watched.deaths))

  async function read(watched: Watched, death: Death, looker: Looker): Promise<Bytes | null> {
    const { key, group } = watched
    const told = await looker.heldBy(toBuffer(key), toBuffer(group), toBuffer(death.consumer), MOST_ENTRIES)
    if (told === null || !watched.deaths.includes(death)) return null
    const { atMs, rows } = told
    // What it was given since, it did not fall silent with.
    const before = rows.filter(({ idleMs }) => atMs - idleMs <= death.silentSinceMs + SLACK_MS)
    const entries = before.map(({ id, deliveries }) => ({ id, deliveries }))
    put(
      groupKey(key, group),
      watched,
      watched.deaths.map((one) => (one === death ? { ...one, entries, entriesAtMs: atMs } : one)),
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
    const held = new Map<EntryId, readonly Bytes[]>(suspectedIn(watched).map(({ id, consumers }) => [id, consumers]))
    const ids = [...held.keys()]
    const rows = ids.length === 0 ? [] : await looker.pendingAmong(toBuffer(key), toBuffer(group), ids)
    watched.suspects = rows.map(({ id, deliveries }) => ({ id, deliveries, consumers: held.get(id) ?? [] }))
    // What is done with is no suspect any more, and asked for no more.
    for (const { id } of rows) held.delete(id)
    if (held.size > 0) {
      const without = watched.deaths.map((death) => {
        return { ...death, entries: death.entries?.filter(({ id }) => !held.has(id)) ?? null }
      })
      put(groupKey(key, group), watched, without)
    }
    return key
  }

  /** A group that is no more is asked for nothing again. */
  async function unlessGone(id: string, asked: Promise<Bytes | null>): Promise<Bytes | null> {
    try {
      return await asked
    } catch (error) {
      if (isAppError(error, 'NOT_FOUND')) drop(id)
      throw error
    }
  }

  const isToCheck = (watched: Watched): boolean =>
    now() - watched.checkedAtMs >= (watched.pending === watched.checkedPending ? CHECK_AGAIN_MS : CHECK_SOON_MS) &&
    (watched.suspects.length > 0 || suspectedIn(watched).length > 0)

  /** Of the groups in turn. */
  function nextDeath(): { readonly id: string; readonly watched: Watched; readonly death: Death } | null {
    for (const id of due) {
      due.delete(id)
      const watched = groups.get(id)
      const death = watched?.deaths.find(({ isAsked }) => !isAsked)
      if (!watched || !death) continue
      const asked = { ...death, isAsked: true }
      put(
        id,
        watched,
        watched.deaths.map((one) => (one === death ? asked : one)),
      )
      return { id, watched, death: asked }
    }
    return null
  }

  return {
    note(key, looked, { atMs, run }, stalledAfterMs) {
      const { name, consumerList, pending, lastDeliveredId } = looked
      const group = fromBuffer(name)
      const id = groupKey(key, group)
      const { firstMs, isAnew } = sightings.note(id, { atMs, run, lastDeliveredId })
      if (isAnew) drop(id)
      const watched = groups.get(id)
      if (watched && pending === 0) watched.suspects = []
      if (watched) watched.pending = pending
      if (consumerList === null) return
      const { back, silent } = nameSilent(watched?.deaths ?? [], consumerList, { atMs, firstMs, stalledAfterMs })
      const kept = watched?.deaths.filter((one) => !back.has(one)) ?? []
      const deaths = latestDeaths(kept, silent)
      const [latest] = deaths
      if (watched && (back.size > 0 || deaths !== kept)) put(id, watched, deaths)
      if (watched || !latest || !makeRoom(latest.silentSinceMs)) return
      const nothing = { suspected: null, suspects: [], checkedPending: -1, checkedAtMs: 0 }
      const found: Watched = { key, group, deaths, pending, ...nothing }
      groups.set(id, found)
      put(id, found, deaths)
    },
    start(looker) {
      const next = nextDeath()
      if (next) {
        const by = looker(toBuffer(next.watched.key))
        return by ? unlessGone(next.id, read(next.watched, next.death, by)) : null
      }
      for (const [id, watched] of groups) {
        if (!isToCheck(watched)) continue
        const by = looker(toBuffer(watched.key))
        return by ? unlessGone(id, check(watched, by)) : null
      }
      return null
    },
    isWaiting: () => due.size > 0,
    of(groupId) {
      const { deaths = [], suspects = [] } = groups.get(groupId) ?? {}
      return { fallen: deaths.map(toldOf), suspects }
    },
    forget(groupId) {
      drop(groupId)
      sightings.forget(groupId)
    },
  }
}
