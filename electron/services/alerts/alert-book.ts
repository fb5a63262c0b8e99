import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { AppError } from '../../../shared/error'
import { alert, type Alert, type AlertFields } from '../../../shared/model/alert'
import { message } from '../../../shared/words/messages'
import { openListFile } from '../lib/list-file'

const MOST_ALERTS = 100

/** The alerts that people made, in `alerts.json`. */
export interface AlertBook {
  all(): readonly Alert[]
  /** Throws BAD_INPUT where there are too many, and STORAGE. */
  add(fields: AlertFields): Promise<Alert>
  /** Throws NOT_FOUND where there is none of its id, and STORAGE. */
  change(alert: Alert): Promise<void>
  remove(id: string): Promise<void>
  onChange(listener: () => void): void
  close(): void
}

export async function openAlertBook(options: { readonly dataDir: string; readonly log: Logger }): Promise<AlertBook> {
  const file = await openListFile(alert, 'alerts', { ...options, name: 'alerts' })
  return {
    all: file.all,
    async add(fields) {
      const added = { ...fields, id: randomUUID() }
      await file.update((all) => {
        if (all.length < MOST_ALERTS) return [...all, added]
        const said = {
          problem: message('alert.too-many', { most: MOST_ALERTS }),
          remedy: message('alert.delete-one'),
        }
        throw new AppError('BAD_INPUT', { field: 'name', ...said })
      })
      return added
    },
    change: (changed) =>
      file.update((all) => {
        if (all.some(({ id }) => id === changed.id)) return all.map((one) => (one.id === changed.id ? changed : one))
        throw new AppError('NOT_FOUND', { what: 'alert', name: changed.name })
      }),
    remove: (id) => file.update((all) => (all.some((one) => one.id === id) ? all.filter((one) => one.id !== id) : all)),
    onChange: file.onChange,
    close: file.close,
  }
}
