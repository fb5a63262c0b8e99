import type { Figures } from './frames'
import type { TrackedSeries } from './tracked-series'
import type { Shelf } from './shelf'
import { createTrack } from './track'
import { TIERS } from './tiers'

/** Series of one connection; more are not kept. Each takes some 0.5 KB of memory. */
export const MOST_SERIES = 20_000

/** What one connection's series are now, written step by step into the files of each tier. */
export interface Recorder {
  /** `name`: its bytes, for the files. False: there are too many. */
  note(id: string, name: () => Buffer, figures: Figures, atMs: number): boolean
  /** The same; in a column more its steps tell when it was noted in them. */
  noteLook(id: string, name: () => Buffer, figures: Figures, atMs: number): boolean
  /** It is no more: from the next step on its figures are not known. */
  forget(id: string, atMs: number): void
  /** Writes what is over by now. Rejects where the disk doesn't take it; what is due later goes into a new file. */
  write(nowMs: number): Promise<void>
  /** The same, and of what is not over what is known by now. */
  end(): Promise<void>
}

export function createRecorder(shelf: Shelf): Recorder {
  const series = new Map<string, TrackedSeries>()
  let numbers = 0
  const tracks = TIERS.map((tier) => createTrack(shelf, tier, () => series.values()))

  const reach = (atMs: number): void => {
    const over = tracks.map((track) => track.reach(atMs))
    if (!over.includes(true)) return
    for (const [id, { untold }] of series) if (untold?.size === 0) series.delete(id)
  }
  const note = (id: string, made: Pick<TrackedSeries, 'name' | 'figures' | 'tellsLooks'>, atMs: number): boolean => {
    reach(atMs)
    const known = series.get(id)
    if (known === undefined && series.size >= MOST_SERIES) return false
    if (known === undefined) series.set(id, { number: (numbers += 1), ...made, notedMs: atMs, untold: null })
    else {
      known.figures = made.figures
      known.notedMs = atMs
      known.untold = null
    }
    for (const track of tracks) track.noted(atMs)
    return true
  }
  return {
    note: (id, name, figures, atMs) => note(id, { name, figures, tellsLooks: false }, atMs),
    noteLook: (id, name, figures, atMs) => note(id, { name, figures, tellsLooks: true }, atMs),
    forget(id, atMs) {
      reach(atMs)
      const known = series.get(id)
      if (known === undefined || known.untold !== null) return
      known.figures = known.figures.map(() => NaN)
      known.untold = new Set(TIERS)
    },
    async write(nowMs) {
      reach(nowMs)
      for (const track of tracks) await track.flush()
    },
    async end() {
      reach(Infinity)
      for (const track of tracks) await track.flush()
    },
  }
}
