import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { Samples, SampleStep } from '../../../shared/model/sample'

/** One look at a stream. Null: not known then. */
export interface Sample {
  readonly length: number | null
  readonly groups: readonly { readonly name: Bytes; readonly pending: number | null; readonly lag: number | null }[]
}

/** What is kept: ten minutes by the second, two hours by ten seconds, a day by the minute. */
const RINGS: readonly { readonly stepMs: SampleStep; readonly size: number }[] = [
  { stepMs: 1_000, size: 600 },
  { stepMs: 10_000, size: 720 },
  { stepMs: 60_000, size: 1_440 },
]

export interface SampleRings {
  add(timeMs: number, sample: Sample): void
  read(stepMs: SampleStep): Samples
}

export function createSampleRings(): SampleRings {
  const rings = RINGS.map(({ stepMs, size }) => createRing(stepMs, size))
  return {
    add(timeMs, sample) {
      for (const ring of rings) ring.add(timeMs, sample)
    },
    read: (stepMs) => (rings.find((ring) => ring.stepMs === stepMs) ?? rings[0] ?? createRing(1_000, 1)).read(),
  }
}

interface GroupColumns {
  readonly name: Bytes
  readonly pending: Float64Array
  readonly lag: Float64Array
}

interface Ring {
  readonly stepMs: SampleStep
  add(timeMs: number, sample: Sample): void
  read(): Samples
}

/** Columns of a fixed size that are written round and round. NaN: not known. */
function createRing(stepMs: SampleStep, size: number): Ring {
  const times = new Float64Array(size)
  const length = new Float64Array(size)
  const groups = new Map<string, GroupColumns>()
  let written = 0
  let slot = -1

  const columns = (name: Bytes): GroupColumns => {
    const known = groups.get(bytesKey(name))
    if (known) return known
    const made = { name, pending: new Float64Array(size).fill(NaN), lag: new Float64Array(size).fill(NaN) }
    groups.set(bytesKey(name), made)
    return made
  }
  const inOrder = (column: Float64Array): Float64Array => {
    if (written <= size) return column.slice(0, written)
    const at = written % size
    const ordered = new Float64Array(size)
    ordered.set(column.subarray(at))
    ordered.set(column.subarray(0, at), size - at)
    return ordered
  }
  const values = (column: Float64Array): (number | null)[] =>
    Array.from(inOrder(column), (value) => (Number.isNaN(value) ? null : value))

  return {
    stepMs,
    add(timeMs, sample) {
      // The first sample of every step stands for it.
      const next = Math.floor(timeMs / stepMs)
      if (next === slot) return
      slot = next
      const at = written % size
      written += 1
      times[at] = timeMs
      length[at] = sample.length ?? NaN
      for (const { pending, lag } of groups.values()) pending[at] = lag[at] = NaN
      for (const { name, pending, lag } of sample.groups) {
        const column = columns(name)
        column.pending[at] = pending ?? NaN
        column.lag[at] = lag ?? NaN
      }
      // Destroyed groups go once nothing is left of them.
      for (const [key, { pending }] of groups) {
        if (Number.isNaN(pending[at]) && pending.every(Number.isNaN)) groups.delete(key)
      }
    },
    read: () => ({
      stepMs,
      times: [...inOrder(times)],
      length: values(length),
      groups: [...groups.values()].map(({ name, pending, lag }) => ({
        name,
        pending: values(pending),
        lag: values(lag),
      })),
    }),
  }
}
