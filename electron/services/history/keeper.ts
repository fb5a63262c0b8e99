import { bytesKey, type Bytes } from '../../../shared/bytes'
import { groupKey } from '../../../shared/group-key'
import type { SeenStream } from '../lib/seen-stream'
import type { Figures } from './frames'
import { holdersOf, MOST_KEPT } from './holders'
import { createRecorder } from './recorder'
import { groupFigures, seriesName, streamFigures } from './series'
import type { Shelf } from './shelf'

/** Makes series of what is seen of one connection's streams: of each stream, of its groups, and of those consumers that hold most. */
export interface Keeper {
  note(seen: SeenStream, atMs: number): void
  /** The stream is no more. */
  gone(key: Bytes, atMs: number): void
  /** See `Recorder`. */
  write(nowMs: number): Promise<void>
  end(): Promise<void>
}

export function createKeeper(shelf: Shelf): Keeper {
  const recorder = createRecorder(shelf)
  /** The groups that were seen last of each stream. */
  const groups = new Map<string, readonly string[]>()
  /** The consumers that are kept of each group, by their names. */
  const holders = new Map<string, Map<string, Figures>>()
  let kept = 0

  const forgetHolders = (group: string, atMs: number, but: ReadonlySet<string> = new Set()): void => {
    const its = holders.get(group)
    for (const name of its?.keys() ?? []) {
      if (but.has(name)) continue
      recorder.forget(`${group} ${name}`, atMs)
      its?.delete(name)
      kept -= 1
    }
    if (its?.size === 0) holders.delete(group)
  }
  const forgetGroup = (group: string, atMs: number): void => {
    recorder.forget(group, atMs)
    forgetHolders(group, atMs)
  }
  const noteHolders = (group: string, key: Bytes, at: number, { summary, look }: SeenStream, atMs: number): void => {
    const { name, pending } = summary.groups[at] ?? { name: '', pending: 0 }
    const list = look?.groups[at]?.consumerList ?? null
    // It was not its turn: what was known still stands.
    if (list === null && pending > 0 && look?.next !== null) return
    const before = holders.get(group) ?? new Map<string, Figures>()
    const found = holdersOf(list ?? [], before, atMs)
    forgetHolders(group, atMs, new Set(found.map((one) => bytesKey(one.name))))
    for (const one of found) {
      const id = bytesKey(one.name)
      if (!before.has(id) && kept >= MOST_KEPT) continue
      if (!recorder.note(`${group} ${id}`, () => seriesName(key, name, one.name), one.figures, atMs)) continue
      if (!before.has(id)) kept += 1
      before.set(id, one.figures)
      holders.set(group, before)
    }
  }

  return {
    note(seen, atMs) {
      const { summary, groups: judged, run } = seen
      const { key } = summary
      const id = bytesKey(key)
      if (!recorder.noteLook(id, () => seriesName(key), streamFigures(summary, run), atMs)) return
      const found = summary.groups.map((group, at) => {
        const its = groupKey(key, group.name)
        const figures = groupFigures(group, judged?.[at]?.waiting ?? null, atMs)
        recorder.note(its, () => seriesName(key, group.name), figures, atMs)
        noteHolders(its, key, at, seen, atMs)
        return its
      })
      const isThere = new Set(found)
      for (const before of groups.get(id) ?? []) if (!isThere.has(before)) forgetGroup(before, atMs)
      groups.set(id, found)
    },
    gone(key, atMs) {
      const id = bytesKey(key)
      recorder.forget(id, atMs)
      for (const group of groups.get(id) ?? []) forgetGroup(group, atMs)
      groups.delete(id)
    },
    write: (nowMs) => recorder.write(nowMs),
    end: () => recorder.end(),
  }
}
