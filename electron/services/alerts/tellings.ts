import type { Logger } from 'pino'
import { telling, type Telling } from '../../../shared/model/alert'
import { openListFile } from '../lib/list-file'

const MOST_TELLINGS = 60

/** What was told lately, the latest first, in `alerts-told.json`. */
export interface Tellings {
  all(): readonly Telling[]
  /** What can't be kept is known until the process ends; the log says so. */
  add(told: Telling): Promise<void>
  onChange(listener: () => void): void
  close(): void
}

export async function openTellings(options: { readonly dataDir: string; readonly log: Logger }): Promise<Tellings> {
  const file = await openListFile(telling, 'tellings', { ...options, name: 'alerts-told' })
  let unsaved: readonly Telling[] = []
  const listeners: (() => void)[] = []
  /** Each once: what is being kept may be in both. */
  const latest = (all: readonly Telling[]): readonly Telling[] =>
    [...new Map(all.map((one) => [one.id, one])).values()].toSorted((a, b) => b.atMs - a.atMs).slice(0, MOST_TELLINGS)
  return {
    all: () => latest([...unsaved, ...file.all()]),
    async add(told) {
      unsaved = latest([told, ...unsaved])
      const taken = unsaved
      try {
        await file.update((all) => latest([...taken, ...all]))
        unsaved = unsaved.filter((one) => !taken.includes(one))
      } catch {
        for (const listener of listeners) listener()
      }
    },
    onChange(listener) {
      listeners.push(listener)
      file.onChange(listener)
    },
    close: file.close,
  }
}
