import { setImmediate as nextTurn } from 'node:timers/promises'
import { bytesKey, sameBytes, type Bytes } from '../../../shared/bytes'
import { createFrameReader, type Figures } from './frames'
import type { HistoryFile } from './history-files'
import { lookedAtMs } from './look-figure'
import type { PastGroup, PastStream } from '../../../shared/model/past'
import {
  lagKindOf,
  MOST_COLUMNS,
  OF_CONSUMER,
  OF_GROUP,
  OF_STREAM,
  seriesName,
  seriesOf,
  type SeriesOf,
} from './series'
import type { Shelf } from './shelf'

/** ms since 1970, and how closely: a step of `TIERS`. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
}

/** One step, told by the last look in it. Null: not known. */
export type Past = PastStream

/** So many frames are read before others have their turn. */
const FRAMES_AT_ONCE = 50
/** Where nothing was noted for longer, nobody looked: a gap, not a line. Without a page a stream is looked at every 30 s or more. */
const GAP_MS = 120_000

/** Groups that are told together; of more the first ones. */
const MOST_GROUPS = 32

/**
 * What was seen of a stream, the oldest first: of one group with who held its entries; without one (null) of all, up to 32, without
 * their consumers, which would be many times as much. Steps in which nobody looked are left out; where that lasted, there is one
 * without figures. Where two processes looked, the later word. Files that went meanwhile, or end torn, give what they have.
 */
export async function readPast(
  shelf: Shelf,
  key: Bytes,
  { fromMs, toMs, stepMs }: Span,
  group: Bytes | null = null,
): Promise<readonly Past[]> {
  const files = (await shelf.files()).filter(
    ({ tier, fromMs: begin }) => tier.stepMs === stepMs && begin <= toMs && begin + tier.fileMs >= fromMs,
  )
  const steps = new Map<number, Past>()
  for (const file of files) {
    for await (const { step, lookedMs, figures, names } of readFileOf(shelf, file, key, group)) {
      if (lookedMs < fromMs || lookedMs - stepMs > toMs) continue
      const past = pastOf(Math.min(lookedMs, toMs), figures, names)
      if (isBetter(past, steps.get(step))) steps.set(step, past)
    }
  }
  return withGaps(
    [...steps.values()].sort((a, b) => a.atMs - b.atMs),
    stepMs,
  )
}

/** Of two processes that looked in a step, the later one; of a stream that is no more for one, the other one may have figures. */
function isBetter(past: Past, than: Past | undefined): boolean {
  if (than === undefined || than.length === null) return true
  return past.length !== null && past.atMs >= than.atMs
}

interface Frame {
  readonly step: number
  readonly lookedMs: number
  readonly figures: ReadonlyMap<string, Figures>
  readonly names: ReadonlyMap<string, SeriesOf>
}

/** The frames of the steps in which somebody looked at it. */
async function* readFileOf(
  shelf: Shelf,
  file: HistoryFile,
  key: Bytes,
  group: Bytes | null,
): AsyncGenerator<Frame, void> {
  const own = seriesName(key).toString('latin1')
  const names = new Map<string, SeriesOf>()
  const isWanted = (name: Buffer): boolean => {
    const found = seriesOf(key, name)
    if (found === null || !isOf(found, group)) return false
    names.set(name.toString('latin1'), found)
    return true
  }
  const reader = createFrameReader(isWanted, MOST_COLUMNS)
  let frames = 0
  for await (const part of shelf.read(file)) {
    for (const { step, figures } of reader.frames(part)) {
      frames += 1
      if (frames % FRAMES_AT_ONCE === 0) await nextTurn()
      const lookedMs = lookedAtMs(told(figures.get(own)?.[OF_STREAM.looked]), step, file.tier)
      if (figures.size > 0 && lookedMs !== null) yield { step, lookedMs, figures, names }
    }
  }
}

/** The stream itself is always wanted. */
function isOf(found: SeriesOf, group: Bytes | null): boolean {
  if (found.group === null) return true
  return group === null ? found.consumer === null : sameBytes(found.group, group)
}

function pastOf(atMs: number, figures: ReadonlyMap<string, Figures>, names: ReadonlyMap<string, SeriesOf>): Past {
  let stream: Omit<Past, 'atMs' | 'groups'> = NOTHING
  const groups = new Map<string, Writable<PastGroup>>()
  const holders: (readonly [group: string, holder: PastGroup['holders'][number]])[] = []
  for (const [id, row] of figures) {
    const of = names.get(id)
    if (of === undefined) continue
    const at = (column: number): number | null => told(row[column])
    if (of.group === null) {
      stream = {
        length: at(OF_STREAM.length),
        added: at(OF_STREAM.added),
        memory: at(OF_STREAM.memory),
        run: at(OF_STREAM.run),
      }
    } else if (of.consumer === null) {
      const pending = at(OF_GROUP.pending)
      if (pending !== null && groups.size < MOST_GROUPS) groups.set(bytesKey(of.group), groupOf(of.group, pending, at))
    } else {
      const pending = at(OF_CONSUMER.pending)
      if (pending === null) continue
      const signs = { seenMs: times(at(OF_CONSUMER.seen), 1_000), activeMs: times(at(OF_CONSUMER.active), 1_000) }
      holders.push([bytesKey(of.group), { name: of.consumer, pending, ...signs }])
    }
  }
  for (const [group, holder] of holders) groups.get(group)?.holders.push(holder)
  return { atMs, ...stream, groups: [...groups.values()] }
}

const NOTHING = { length: null, added: null, memory: null, run: null }
type Writable<Group extends PastGroup> = Omit<Group, 'holders'> & { holders: PastGroup['holders'][number][] }

function groupOf(name: Bytes, pending: number, at: (column: number) => number | null): Writable<PastGroup> {
  const since = at(OF_GROUP.waitsSince)
  return {
    ...{ name, pending, lag: at(OF_GROUP.lag), lagKind: lagKindOf(at(OF_GROUP.lagKind)) },
    ...{ entriesRead: at(OF_GROUP.entriesRead), consumers: at(OF_GROUP.consumers) },
    waits:
      since === null
        ? null
        : since === 0
          ? 'none'
          : { sinceMs: since * 1_000, isLeast: at(OF_GROUP.waitsAtLeast) === 1 },
    holders: [],
  }
}

function times(figure: number | null, by: number): number | null {
  return figure === null ? null : figure * by
}

function withGaps(steps: readonly Past[], stepMs: number): readonly Past[] {
  return steps.flatMap((each, at) => {
    const next = steps[at + 1]
    if (next === undefined || next.atMs - each.atMs <= Math.max(GAP_MS, stepMs * 2)) return [each]
    return [each, { atMs: each.atMs + stepMs, ...NOTHING, groups: [] }]
  })
}

function told(figure: number | undefined): number | null {
  return figure === undefined || Number.isNaN(figure) ? null : figure
}
