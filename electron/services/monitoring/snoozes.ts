import type { Logger } from 'pino'
import { z } from 'zod'
import type { FindingMeasure } from '../../../shared/judgement/finding-measure'
import { snooze, type Snooze, type SnoozeAsked } from '../../../shared/model/snooze'
import { openJsonFile } from '../lib/json-file'

/** Of all connections together; of more, those that end first are told again. */
const MOST = 1_000
/** What a timer can wait for. */
const LONGEST_WAIT_MS = 2 ** 31 - 1

const kept = snooze.extend({ connectionId: z.string() })
type Kept = z.infer<typeof kept>

/** Findings that nobody wants to be told for a while. */
export interface Snoozes {
  /** Those that still hold, the one that ends first at first. */
  of(connectionId: string): readonly Snooze[]
  /** Takes the place of an earlier one of the same finding. `measure`: how bad that is now; null: not known. Throws STORAGE. */
  add(connectionId: string, asked: SnoozeAsked, by: string | null, measure: FindingMeasure | null): Promise<void>
  /** It is told again. Throws STORAGE. */
  end(connectionId: string, findingId: string): Promise<void>
  /** These are told by now, as they got worse; what can't be written is in the log, once. */
  endAll(connectionId: string, findingIds: readonly string[]): void
  /** The connection is no more. Throws STORAGE. */
  forget(connectionId: string): Promise<void>
  /** Calls back when one is added or ends, by its time, here or in another process. */
  onChange(listener: () => void): void
  close(): void
}

/** In `snoozes.json` of the data directory, which several processes share. What it holds that is none is left out. */
export async function createSnoozes(options: { readonly dataDir: string; readonly log: Logger }): Promise<Snoozes> {
  const { log } = options
  const file = await openJsonFile({ ...options, name: 'snoozes' })
  const listeners: (() => void)[] = []
  let current = readAll(file.content.snoozes)
  let timer: NodeJS.Timeout | undefined

  function schedule(): void {
    clearTimeout(timer)
    const endsMs = Math.min(...held(current).map(({ untilMs }) => untilMs))
    if (endsMs === Infinity) return
    timer = setTimeout(changed, Math.min(LONGEST_WAIT_MS, Math.max(0, endsMs - Date.now()) + 1)).unref()
  }
  function changed(): void {
    current = readAll(file.content.snoozes)
    for (const listener of listeners) listener()
    schedule()
  }
  async function update(change: (all: readonly Kept[]) => readonly Kept[]): Promise<void> {
    await file.update((content) => ({ ...content, snoozes: change(held(readAll(content.snoozes))) }))
    changed()
  }

  file.watch(() => {
    try {
      if (file.refresh()) changed()
    } catch {
      // Said in the log. What was known holds until it can be read again.
    }
  })
  schedule()
  /** Or failed to. */
  const ending = new Set<string>()
  return {
    of: (connectionId) =>
      held(current)
        .filter((one) => one.connectionId === connectionId)
        .map(({ connectionId: _id, ...one }) => one)
        .toSorted((a, b) => a.untilMs - b.untilMs),
    async add(connectionId, { forMs, ...asked }, by, measure) {
      const sinceMs = Date.now()
      const added = { ...asked, connectionId, sinceMs, untilMs: sinceMs + forMs, by, measure }
      await update((all) =>
        [...without(all, connectionId, asked.findingId), added]
          .toSorted((a, b) => b.untilMs - a.untilMs)
          .slice(0, MOST),
      )
    },
    end: (connectionId, findingId) => update((all) => without(all, connectionId, findingId)),
    endAll(connectionId, findingIds) {
      const fresh = findingIds.filter((id) => !ending.has(`${connectionId} ${id}`))
      if (fresh.length === 0) return
      for (const id of fresh) ending.add(`${connectionId} ${id}`)
      update((all) => fresh.reduce((left, id) => without(left, connectionId, id), all)).then(
        () => fresh.forEach((id) => ending.delete(`${connectionId} ${id}`)),
        (error: unknown) => log.warn({ err: error }, 'a snooze that ended could not be removed'),
      )
    },
    async forget(connectionId) {
      const isOf = (one: Kept): boolean => one.connectionId === connectionId
      if (current.some(isOf)) await update((all) => all.filter((one) => !isOf(one)))
    },
    onChange: (listener) => void listeners.push(listener),
    close() {
      clearTimeout(timer)
      file.close()
    },
  }
}

function readAll(value: unknown): readonly Kept[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((one) => {
    const read = kept.safeParse(one)
    return read.success ? [read.data] : []
  })
}

function held(all: readonly Kept[]): readonly Kept[] {
  return all.filter(({ untilMs }) => untilMs > Date.now())
}

function without(all: readonly Kept[], connectionId: string, findingId: string): readonly Kept[] {
  return all.filter((one) => one.connectionId !== connectionId || one.findingId !== findingId)
}
