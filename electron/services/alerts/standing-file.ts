import type { Logger } from 'pino'
import { isAppError } from '../../../shared/error'
import { standing, type Standing } from '../../../shared/judgement/alerts/standing'
import { openListFile } from '../lib/list-file'

/** What stands, in `alert-states.json`: of all processes on the data directory, so that each thing is told by one of them. */
export interface StandingFile {
  all(): readonly Standing[]
  /**
   * Makes of what stands what stands next, with no other process in between. Where it can't be kept, this process goes by
   * what it would be; it is kept as soon as that works.
   */
  update(change: (all: readonly Standing[]) => readonly Standing[]): Promise<void>
  onChange(listener: () => void): void
  close(): void
}

export async function openStandingFile(options: {
  readonly dataDir: string
  readonly log: Logger
}): Promise<StandingFile> {
  const file = await openListFile(standing, 'standing', { ...options, name: 'alert-states' })
  let unsaved: readonly Standing[] | null = null
  return {
    all: () => unsaved ?? file.all(),
    async update(change) {
      let next: readonly Standing[] = []
      try {
        await file.update((all) => {
          next = change(unsaved ?? all)
          return next
        })
        unsaved = null
      } catch (error) {
        if (!isAppError(error, 'STORAGE')) throw error
        // Said in the log. That something is wrong is told all the same.
        unsaved = change(unsaved ?? file.all())
      }
    },
    onChange: file.onChange,
    close: file.close,
  }
}
