import { compareIds, type EntryId } from '../../../shared/entry-id'
import { nameKey } from '../../redis/bytes'
import type { KnownLarge, MetEntry, MetLook, StreamLook } from '../../redis/stream-look'

/** More large entries of one stream than this, and none of its entries is touched. */
const MOST_IDS = 32
const MOST_STREAMS = 20_000
/** What MEMORY USAGE tells less after an entry is no longer pending, at the most. */
const MOST_PENDING_BYTES = 500

interface Met extends KnownLarge {
  /** Of the largest one, and what MEMORY USAGE told at its most while it was there; null: not known. */
  readonly bytes: number
  readonly memoryBytes: number | null
  readonly pending: number
}

type Figures = Pick<StreamLook, 'length' | 'memoryBytes' | 'ends'> & {
  readonly groups: readonly { readonly pending: number }[]
}

const NOTHING: Met = {
  lastId: null,
  isFirst: false,
  ids: [],
  isCrowded: false,
  bytes: 0,
  memoryBytes: null,
  pending: 0,
}

/** The large entries that looks by one connection met: each is touched once, and no more while it may be there. */
export interface MetLarge {
  of(key: Buffer): KnownLarge
  /** Takes in a look: what it met, and which of those of before are gone by what it tells. */
  note(key: Buffer, look: Figures, met: MetLook): void
  /** Met by something else than a look at all of the stream. */
  add(key: Buffer, entries: readonly MetEntry[]): void
}

export function createMetLarge(): MetLarge {
  const streams = new Map<string, Met>()

  function keep(key: Buffer, met: Met): void {
    const id = nameKey(key)
    if (met.ids.length === 0 && met.lastId === null && !met.isFirst && !met.isCrowded) streams.delete(id)
    else if (streams.has(id) || streams.size < MOST_STREAMS) streams.set(id, met)
  }

  return {
    of: (key) => streams.get(nameKey(key)) ?? NOTHING,
    note(key, look, { entries, lastId, isFirst }) {
      const before = streams.get(nameKey(key))
      if (!before && entries.length === 0) return
      const known = withEntries({ ...(before ?? NOTHING), lastId, isFirst }, entries)
      keep(key, look.length === 0 ? NOTHING : withoutGone(known, look))
    },
    add(key, entries) {
      if (entries.length > 0) keep(key, withEntries(streams.get(nameKey(key)) ?? NOTHING, entries))
    },
  }
}

function withEntries(met: Met, entries: readonly MetEntry[]): Met {
  const ids = [...new Set([...met.ids, ...entries.map(({ id }) => id)])].sort(compareIds)
  const bytes = Math.max(met.bytes, ...entries.map((entry) => entry.bytes))
  return { ...met, bytes, ids: ids.slice(0, MOST_IDS), isCrowded: met.isCrowded || ids.length > MOST_IDS }
}

/**
 * What the stream begins behind is gone. That its first or last entry is gone, which nothing tells without touching it, is
 * taken from MEMORY USAGE when that falls by at least half of what the largest takes; that all are, when it falls by half.
 */
function withoutGone(met: Met, { memoryBytes, ends, groups }: Figures): Met {
  const pending = groups.reduce((sum, group) => sum + group.pending, 0)
  const firstId = ends?.firstId ?? null
  const ids = firstId === null ? met.ids : met.ids.filter((id) => compareIds(id, firstId) >= 0)
  if (memoryBytes === null) return { ...met, ids }
  const most = met.memoryBytes
  const fallen = most === null ? 0 : most - memoryBytes - MOST_PENDING_BYTES * Math.max(0, met.pending - pending)
  if (most !== null && fallen * 2 >= most) return NOTHING
  if (fallen * 2 >= met.bytes)
    return { ...met, ids: inner(met, ids), lastId: null, isFirst: false, memoryBytes, pending }
  const isMore = most === null || memoryBytes >= most
  return isMore ? { ...met, ids, memoryBytes, pending } : { ...met, ids }
}

/** Without the first or the last one, where that was held for large. */
function inner({ lastId, isFirst }: Met, ids: readonly EntryId[]): readonly EntryId[] {
  const rest = isFirst ? ids.slice(1) : ids
  return lastId === null ? rest : rest.filter((id) => id !== lastId)
}
