import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { GroupSample } from '../../../shared/judgement/moves'
import { lag as lagSchema } from '../../../shared/model/group'
import type { StreamSummary } from '../../../shared/model/stream'
import type { Sample } from './sample-rings'
import { createSlots, figureAt, put, slotBytes, type Slots } from './slots'

/** The last looks at a stream, by which rates and trends are told. */
const LOOKS = 30
/** One look a minute, up to two hours of them: what a chart begins with that nobody looked at before. */
const MINUTES = 120
const MINUTE_MS = 60_000
const LAG_KINDS = lagSchema.shape.kind.options

interface GroupHistory {
  readonly name: Bytes
  /** Pending, lag, entries read, and which of `LAG_KINDS` the lag is. */
  readonly looks: Slots
  /** Of each look: they hardly ever change, and cost nothing then. */
  readonly consumers: Slots
  /** Pending and lag. */
  readonly minutes: Slots
  /** Looks in a row that did not find it. */
  missed: number
}

/**
 * What the walk has seen of one stream over time. Its arrays take 720 bytes, 1.6 KB where the length moves; and for each
 * group of which it keeps a history 30 × 4 + 120 × 2 figures: 1.4 KB, 2.9 KB where figures are beyond 2^24, nothing while
 * they stay the same.
 */
export interface StreamHistory {
  /** Keeps the figures of this look; of groups that are new to it only where there is `room` for so many. `run`: of which process
   * of the server they are. */
  add(atMs: number, summary: StreamSummary, room: number, run?: number | null): void
  /** Of one group, oldest first. */
  samples(group: Bytes): readonly GroupSample[]
  /** By the minute, oldest first. */
  minutes(): readonly (readonly [timeMs: number, sample: Sample])[]
  /** Groups with a history. */
  groups(): number
  /** Bytes of all its arrays. */
  bytes(): number
}

export function createStreamHistory(): StreamHistory {
  const times = new Float64Array(LOOKS)
  const minuteTimes = new Uint32Array(MINUTES)
  const groups = new Map<string, GroupHistory>()
  /** Length, entries added, and run of the server, by look. */
  let ofStream: Slots | null = null
  let lengths: Slots | null = null
  let looked = 0
  let minutes = 0

  const startHistory = (name: Bytes, figures: readonly number[], consumers: number): GroupHistory => {
    const history = {
      name,
      looks: createSlots(LOOKS, looked === 1 ? figures : unknown(4)),
      consumers: createSlots(LOOKS, looked === 1 ? [consumers] : unknown(1)),
      minutes: createSlots(MINUTES, minutes === 1 ? figures.slice(0, 2) : unknown(2)),
      missed: 0,
    }
    groups.set(bytesKey(name), history)
    return history
  }

  return {
    add(atMs, { groups: found, length, entriesAdded, error }, room, run = null) {
      const look = looked % LOOKS
      times[look] = atMs
      looked += 1
      const seen = error ? unknown(3) : [length, Number(entriesAdded ?? NaN), run ?? NaN]
      ofStream ??= createSlots(LOOKS, seen)
      put(ofStream, look, seen)
      const minute = Math.floor(atMs / MINUTE_MS)
      const isNewMinute = minutes === 0 || minuteTimes[(minutes - 1) % MINUTES] !== minute
      if (isNewMinute) minutes += 1
      const slot = (minutes - 1) % MINUTES
      minuteTimes[slot] = minute
      const keep = ({ looks, minutes: byMinute }: GroupHistory, figures: readonly number[]): void => {
        put(looks, look, figures)
        if (isNewMinute) put(byMinute, slot, figures.slice(0, 2))
      }
      lengths ??= createSlots(MINUTES, [error ? NaN : length])
      if (isNewMinute) put(lengths, slot, [error ? NaN : length])

      const before = new Set(groups.values())
      for (const { name, pending, lag, entriesRead, consumers } of found) {
        const kind = LAG_KINDS.indexOf(lag.kind)
        const figures = [pending, Number(lag.value ?? NaN), Number(entriesRead ?? NaN), kind]
        const known = groups.get(bytesKey(name))
        if (!known && groups.size - before.size >= room) continue
        const history = known ?? startHistory(name, figures, consumers)
        before.delete(history)
        history.missed = 0
        keep(history, figures)
        put(history.consumers, look, [consumers])
      }
      for (const history of before) {
        history.missed += 1
        keep(history, unknown(4))
        put(history.consumers, look, unknown(1))
        if (history.missed === LOOKS) groups.delete(bytesKey(history.name))
      }
    },
    samples(group) {
      const history = groups.get(bytesKey(group))
      if (!history) return []
      return inOrder(looked, LOOKS).flatMap((at) => {
        const pending = figureAt(history.looks, at, 0)
        if (Number.isNaN(pending)) return []
        const [lag, entriesRead] = [figureAt(history.looks, at, 1), figureAt(history.looks, at, 2)]
        const lagKind = LAG_KINDS[figureAt(history.looks, at, 3)] ?? 'unknown'
        const consumers = told(figureAt(history.consumers, at, 0))
        const [length, added, run] = [0, 1, 2].map((column) => (ofStream ? told(figureAt(ofStream, at, column)) : null))
        return {
          ...{ atMs: times[at] ?? 0, pending, lag: told(lag), lagKind, entriesRead: told(entriesRead), consumers },
          ...{ length: length ?? null, added: added ?? null, run: run ?? null },
        }
      })
    },
    minutes: () =>
      inOrder(minutes, MINUTES).map((at) => {
        const byGroup = [...groups.values()].map(({ name, minutes: slots }) => {
          return { name, pending: told(figureAt(slots, at, 0)), lag: told(figureAt(slots, at, 1)) }
        })
        const length = lengths === null ? null : told(figureAt(lengths, at, 0))
        return [(minuteTimes[at] ?? 0) * MINUTE_MS, { length, groups: byGroup }] as const
      }),
    groups: () => groups.size,
    bytes() {
      let sum =
        times.byteLength +
        minuteTimes.byteLength +
        [lengths, ofStream].reduce((all, slots) => all + (slots ? slotBytes(slots) : 0), 0)
      for (const history of groups.values())
        sum += [history.looks, history.consumers, history.minutes].reduce((all, slots) => all + slotBytes(slots), 0)
      return sum
    },
  }
}

function unknown(width: number): readonly number[] {
  return Array.from({ length: width }, () => NaN)
}

/** The slots from the oldest to the newest. */
function inOrder(written: number, size: number): readonly number[] {
  const count = Math.min(written, size)
  return Array.from({ length: count }, (_, index) => (written - count + index) % size)
}

function told(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
