import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { Samples, SampleStep } from '../../../shared/model/sample'
import { createSlots, figureAt, put, slotBytes, type Slots } from './slots'

/** One look at a stream. Null: not known then. */
export interface Sample {
  readonly length: number | null
  readonly groups: readonly { readonly name: Bytes; readonly pending: number | null; readonly lag: number | null }[]
}

/** What is kept: ten minutes by the second, two hours by ten seconds, a day by the minute, 30 days by ten minutes. */
const RINGS: readonly { readonly stepMs: SampleStep; readonly size: number }[] = [
  { stepMs: 1_000, size: 600 },
  { stepMs: 10_000, size: 720 },
  { stepMs: 60_000, size: 1_440 },
  { stepMs: 600_000, size: 4_320 },
]

/**
 * A stream's figures at four steps. Its arrays take 57 KB of times, 28 KB where the length moves, and 57 KB for each group
 * whose figures move, twice that where they are beyond 2^24; nothing for what stays the same.
 */
export interface SampleRings {
  add(timeMs: number, sample: Sample): void
  /** One of before it was watched, at this step only. */
  addPast(stepMs: SampleStep, timeMs: number, sample: Sample): void
  read(stepMs: SampleStep): Samples
  /** Bytes of all its arrays. */
  bytes(): number
}

export function createSampleRings(): SampleRings {
  const rings = RINGS.map(({ stepMs, size }) => createRing(stepMs, size))
  const ringOf = (stepMs: SampleStep): Ring | undefined => rings.find((ring) => ring.stepMs === stepMs)
  /** Where not all of them are kept: all groups of the last look that saw any. */
  let manyGroups: readonly Bytes[] = []
  const fitting = ({ length, groups }: Sample): Sample => {
    if (groups.length > 0) manyGroups = groups.length > MOST_GROUPS ? groups.map(({ name }) => name) : []
    return { length, groups: worstOf(groups) }
  }
  const moreThan = (shown: Samples['groups']): number => {
    const known = new Set(shown.map(({ name }) => bytesKey(name)))
    return manyGroups.filter((name) => !known.has(bytesKey(name))).length
  }
  return {
    add(timeMs, sample) {
      const kept = fitting(sample)
      for (const ring of rings) ring.add(timeMs, kept)
    },
    addPast: (stepMs, timeMs, sample) => ringOf(stepMs)?.add(timeMs, fitting(sample)),
    read(stepMs) {
      const read = (ringOf(stepMs) ?? createRing(stepMs, 1)).read()
      return { ...read, moreGroups: moreThan(read.groups) }
    },
    bytes: () => rings.reduce((sum, ring) => sum + ring.bytes(), 0),
  }
}

interface GroupColumns {
  readonly name: Bytes
  /** Pending and lag. */
  readonly slots: Slots
  /** Steps in a row in which it was not there. */
  missed: number
}

interface Ring {
  readonly stepMs: SampleStep
  add(timeMs: number, sample: Sample): void
  read(): Omit<Samples, 'moreGroups'>
  bytes(): number
}

/** Of more groups, those are kept in each sample that have most pending and unread. */
const MOST_GROUPS = 32
/** Those that fell behind others stay until there are so many. */
const MOST_COLUMNS = 2 * MOST_GROUPS

function worstOf(groups: Sample['groups']): Sample['groups'] {
  if (groups.length <= MOST_GROUPS) return groups
  const backlog = ({ pending, lag }: Sample['groups'][number]): number => (pending ?? 0) + (lag ?? 0)
  return [...groups].sort((a, b) => backlog(b) - backlog(a)).slice(0, MOST_GROUPS)
}

/** Slots that are written round and round. */
function createRing(stepMs: SampleStep, size: number): Ring {
  const times = new Float64Array(size)
  const groups = new Map<string, GroupColumns>()
  let lengths: Slots | null = null
  let written = 0
  let step = -1

  const columnsOf = (name: Bytes, figures: readonly number[]): GroupColumns => {
    const known = groups.get(bytesKey(name))
    if (known) return known
    const made = { name, slots: createSlots(size, written === 1 ? figures : [NaN, NaN]), missed: 0 }
    groups.set(bytesKey(name), made)
    return made
  }
  const order = (): readonly number[] => {
    const count = Math.min(written, size)
    return Array.from({ length: count }, (_, index) => (written - count + index) % size)
  }

  return {
    stepMs,
    add(timeMs, sample) {
      // The first sample of every step stands for it.
      const next = Math.floor(timeMs / stepMs)
      if (next === step) return
      step = next
      const at = written % size
      written += 1
      times[at] = timeMs
      lengths ??= createSlots(size, [sample.length ?? NaN])
      put(lengths, at, [sample.length ?? NaN])
      const gone = new Set(groups.values())
      for (const { name, pending, lag } of sample.groups) {
        const figures = [pending ?? NaN, lag ?? NaN]
        const columns = columnsOf(name, figures)
        gone.delete(columns)
        columns.missed = 0
        put(columns.slots, at, figures)
      }
      // Destroyed groups go once nothing is left of them.
      for (const columns of gone) {
        columns.missed += 1
        put(columns.slots, at, [NaN, NaN])
        if (columns.missed === size) groups.delete(bytesKey(columns.name))
      }
      const longest = [...gone].sort((a, b) => b.missed - a.missed).slice(0, Math.max(0, groups.size - MOST_COLUMNS))
      for (const { name } of longest) groups.delete(bytesKey(name))
    },
    read() {
      const slots = order()
      const column = (of: Slots, index: number): (number | null)[] => slots.map((at) => told(figureAt(of, at, index)))
      return {
        stepMs,
        times: slots.map((at) => times[at] ?? 0),
        length: lengths === null ? [] : column(lengths, 0),
        groups: [...groups.values()].map(({ name, slots: of }) => ({
          name,
          pending: column(of, 0),
          lag: column(of, 1),
        })),
      }
    },
    bytes() {
      let sum = times.byteLength + (lengths === null ? 0 : slotBytes(lengths))
      for (const { slots } of groups.values()) sum += slotBytes(slots)
      return sum
    },
  }
}

function told(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
