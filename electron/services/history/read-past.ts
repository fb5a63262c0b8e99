import { readFile } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Bytes } from '../../../shared/bytes'
import { createFrameReader, type Figures } from './frames'
import { filesIn, type HistoryFile } from './history-files'
import { MOST_COLUMNS, OF_GROUP, OF_STREAM, seriesOf } from './series'

/** ms since 1970, and how closely: a step of `TIERS`. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
}

/** One step. Null: not known. */
export interface Past {
  readonly atMs: number
  readonly length: number | null
  readonly groups: readonly { readonly name: Bytes; readonly pending: number | null; readonly lag: number | null }[]
}

/** So many frames are read before others have their turn. */
const FRAMES_AT_ONCE = 50
/** Where nothing was noted for longer, nobody looked: a gap, not a line. Without a page a stream is looked at every 30 s or more. */
const GAP_MS = 120_000

/**
 * What was seen of a stream, the oldest first; a step without figures where there is a gap. Where two processes looked, either's
 * word. Files that went meanwhile, or end torn, give what they have.
 */
export async function readPast(folder: string, key: Bytes, { fromMs, toMs, stepMs }: Span): Promise<readonly Past[]> {
  const files = (await filesIn(folder)).filter(
    ({ tier, fromMs: begin }) => tier.stepMs === stepMs && begin <= toMs && begin + tier.fileMs >= fromMs,
  )
  const steps = new Map<number, Past>()
  for (const file of files) {
    for await (const past of readFileOf(file, key)) {
      if (past.atMs >= fromMs && past.atMs <= toMs) steps.set(past.atMs, past)
    }
  }
  return withGaps(
    [...steps.values()].sort((a, b) => a.atMs - b.atMs),
    stepMs,
  )
}

async function* readFileOf({ path, tier }: HistoryFile, key: Bytes): AsyncGenerator<Past, void> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0))
  const names = new Map<string, Bytes | null>()
  const isWanted = (name: Buffer): boolean => {
    const found = seriesOf(key, name)
    if (found) names.set(name.toString('latin1'), found.group)
    return found !== null
  }
  let frames = 0
  for (const { step, figures } of createFrameReader(isWanted, MOST_COLUMNS).frames(bytes)) {
    frames += 1
    if (frames % FRAMES_AT_ONCE === 0) await nextTurn()
    if (figures.size > 0) yield pastOf(step * tier.stepMs, figures, names)
  }
}

function pastOf(atMs: number, figures: ReadonlyMap<string, Figures>, names: ReadonlyMap<string, Bytes | null>): Past {
  let length: number | null = null
  const groups: Past['groups'][number][] = []
  for (const [id, row] of figures) {
    const group = names.get(id)
    if (group === undefined) continue
    if (group === null) length = told(row[OF_STREAM.length])
    else groups.push({ name: group, pending: told(row[OF_GROUP.pending]), lag: told(row[OF_GROUP.lag]) })
  }
  return { atMs, length, groups: groups.filter(({ pending }) => pending !== null) }
}

function withGaps(steps: readonly Past[], stepMs: number): readonly Past[] {
  return steps.flatMap((each, at) => {
    const next = steps[at + 1]
    if (next === undefined || next.atMs - each.atMs <= Math.max(GAP_MS, stepMs * 2)) return [each]
    return [each, { atMs: each.atMs + stepMs, length: null, groups: [] }]
  })
}

function told(figure: number | undefined): number | null {
  return figure === undefined || Number.isNaN(figure) ? null : figure
}
