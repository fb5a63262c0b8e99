import { nextId, type EntryId } from '../../../shared/entry-id'
import { cutReply } from '../../redis/errors'
import type { ReadLine } from '../../redis/reader-writer'
import { asId, asList, type Reply } from '../../redis/reply'
import { LARGE_ONE_BYTES } from '../../redis/scripts/stream-look-lua'
import type { LookPart, MetEntry, MetLook, StreamEnds } from '../../redis/stream-look'
import { parseStreamEnds } from '../../redis/xinfo'
import { entryBytes, parseEntry } from '../../redis/xrange'
import { noteRefusal } from './look-memory'
import type { SendLines } from './look-request'
import type { MetLarge } from './met-large'
import { entriesIfTold, orNull } from './understood'

export interface EndsRead extends MetLook {
  readonly ends: StreamEnds | null
}

interface Outlined {
  readonly key: Buffer
  readonly length: number
  readonly large: boolean
}

/**
 * The ends of streams by XINFO STREAM, which brings the first and the last entry: not where one of them was met as a large
 * one. Whether the last one is another by now is told by the entry after it; the first one is told by MEMORY USAGE alone.
 */
export async function readEnds<T extends Outlined>(
  send: SendLines,
  outlines: readonly T[],
  skip: Set<LookPart>,
  met: MetLarge,
): Promise<ReadonlyMap<T, EndsRead>> {
  const small = outlines.filter(({ large }) => !large)
  const held = await stillHeld(send, small, skip, met)
  const asked = small.filter((outline) => !held.has(outline) && !skip.has('s'))
  const replies = await send(asked.map(({ key }) => ['XINFO', 'STREAM', key] as const))
  const read = new Map<T, EndsRead>(held)
  asked.forEach((outline, at) => {
    noteRefusal(skip, 's', replies[at])
    const reply = replies[at]
    const cut = cutReply(reply)
    const told = cut === null ? orNull(reply, endsOf) : orNull(cut.reply, (kept) => endsOfCut(kept, cut.bodyBytes))
    read.set(outline, told ?? { ends: null, entries: [], lastId: null, isFirst: false })
  })
  return read
}

async function stillHeld<T extends Outlined>(
  send: SendLines,
  outlines: readonly T[],
  skip: Set<LookPart>,
  met: MetLarge,
): Promise<ReadonlyMap<T, EndsRead>> {
  const held = new Map<T, EndsRead>()
  const lines: { readonly outline: T; readonly line: ReadLine }[] = []
  for (const outline of outlines) {
    const { lastId, isFirst } = met.of(outline.key)
    if (outline.length === 0 || (lastId === null && !isFirst)) continue
    held.set(outline, { ends: null, entries: [], lastId, isFirst })
    const after = lastId === null ? null : nextId(lastId)
    if (isFirst || after === null || skip.has('r')) continue
    lines.push({ outline, line: ['XRANGE', outline.key, after, '+', 'COUNT', 1] })
  }
  const replies = await send(lines.map(({ line }) => line))
  lines.forEach(({ outline }, at) => {
    noteRefusal(skip, 'r', replies[at])
    const [newer] = entriesIfTold(replies[at]) ?? []
    if (!newer) return
    const bytes = entryBytes(newer)
    if (bytes <= LARGE_ONE_BYTES) held.delete(outline)
    else held.set(outline, { ends: null, entries: [{ id: newer.id, bytes }], lastId: newer.id, isFirst: false })
  })
  return held
}

function endsOf(reply: Reply): EndsRead {
  const { first, last, ...told } = parseStreamEnds(reply)
  const [from, to] = [measured(first), measured(last)]
  const entries = [from, to].filter((end): end is MetEntry => end !== null && end.bytes > LARGE_ONE_BYTES)
  const isFirst = from !== null && entries.includes(from)
  const lastId = to !== null && entries.includes(to) ? to.id : null
  const bytes = (from?.bytes ?? 0) + (to?.bytes ?? 0)
  return { ends: isFirst || lastId !== null ? null : { ...told, bytes }, entries, isFirst, lastId }
}

/** Where one reply can't hold both of them: of the one that it ends in, or else of the other. */
function endsOfCut(reply: Reply, bytes: number): EndsRead {
  const told = asList(reply)
  const behind = (name: string): Reply | undefined =>
    told[told.findIndex((each) => Buffer.isBuffer(each) && each.toString('latin1') === name) + 1]
  const [from] = idsOf(behind('first-entry'))
  const [to] = idsOf(behind('last-entry'))
  const isFirst = to === undefined
  const id = to ?? from
  if (id === undefined) return { ends: null, entries: [], isFirst: true, lastId: null }
  return { ends: null, entries: [{ id, bytes }], isFirst, lastId: isFirst ? null : id }
}

function idsOf(entry: Reply | undefined): readonly EntryId[] {
  const [id] = Array.isArray(entry) ? asList(entry) : []
  return id === undefined || id === null ? [] : [asId(id)]
}

function measured(reply: Reply): MetEntry | null {
  if (reply === null) return null
  const entry = parseEntry(reply)
  return { id: entry.id, bytes: entryBytes(entry) }
}
