import { createFrameWriter, HEADER, type FramedSeries, type FrameWriter } from './frames'
import { newFileName } from './history-files'
import { lookFigure } from './look-figure'
import type { Shelf } from './shelf'
import type { Tier } from './tiers'
import type { TrackedSeries } from './tracked-series'

/** One tier of one connection: the figures at the end of each step in which something was noted. One without stays a gap. */
export interface Track {
  /** What was noted up to now belongs to an earlier step, where that is over. Whether it was. */
  reach(atMs: number): boolean
  noted(atMs: number): void
  /** Writes what is over. Rejects where the disk doesn't take it. */
  flush(): Promise<void>
}

interface OpenFile {
  readonly name: string
  readonly fromMs: number
  readonly writer: FrameWriter
  /** Of its last frame. */
  step: number
  isMade: boolean
}

export function createTrack(shelf: Shelf, tier: Tier, series: () => Iterable<TrackedSeries>): Track {
  const { stepMs, fileMs } = tier
  /** Something was noted in it. */
  let step: number | null = null
  let file: OpenFile | null = null
  let due: { readonly file: OpenFile; readonly frame: Buffer }[] = []

  const close = (over: number): void => {
    const fromMs = Math.floor((over * stepMs) / fileMs) * fileMs
    // Within a file steps go forward; a clock need not.
    if (file?.fromMs !== fromMs || over <= file.step) {
      file = { name: newFileName(tier, fromMs), fromMs, writer: createFrameWriter(), step: 0, isMade: false }
    }
    file.step = over
    const rows = [...series()]
    due.push({
      file,
      frame: file.writer.frame(
        over,
        rows.map((one) => framed(one, over, tier)),
      ),
    })
    for (const { untold } of rows) untold?.delete(tier)
  }

  const append = async (into: OpenFile, frames: Buffer): Promise<void> => {
    try {
      if (!into.isMade) {
        await shelf.make(into.name, HEADER)
        into.isMade = true
      }
      await shelf.append(into.name, frames)
    } catch (error) {
      // Its end may be torn, and what came after that could not be read: a new one begins with all there is.
      if (file === into) file = null
      due = due.filter((each) => each.file !== into)
      if (!isGone(error) || !into.isMade) throw error
    }
  }

  return {
    reach(atMs) {
      const now = Math.floor(atMs / stepMs)
      if (step === null || now <= step) return false
      close(step)
      step = null
      return true
    },
    noted(atMs) {
      step ??= Math.floor(atMs / stepMs)
    },
    async flush() {
      while (due[0] !== undefined) {
        const into = due[0].file
        const frames = due.filter((each) => each.file === into).map(({ frame }) => frame)
        due = due.filter((each) => each.file !== into)
        await append(into, Buffer.concat(frames))
      }
    },
  }
}

function framed(one: TrackedSeries, step: number, tier: Tier): FramedSeries {
  if (!one.tellsLooks) return one
  return { ...one, figures: [...one.figures, one.untold === null ? lookFigure(one.notedMs, step, tier) : NaN] }
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
