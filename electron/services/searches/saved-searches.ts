import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { AppError } from '../../../shared/error'
import type { Message } from '../../../shared/model/message'
import {
  MOST_SAVED_SEARCHES,
  savedSearch,
  type SavedSearch,
  type SavedSearchFields,
} from '../../../shared/model/saved-search'
import { message } from '../../../shared/words/messages'
import { openListFile } from '../lib/list-file'
import { createNotifier } from '../lib/notifier'

/** The searches that people saved, in `saved-searches.json`, which several processes share. */
export interface SavedSearches {
  /** Those of a connection, by their names; and again whenever they change, here or in another process. */
  watch(connectionId: string, signal?: AbortSignal): AsyncGenerator<readonly SavedSearch[], void>
  /** Throws BAD_INPUT for a name that another of the connection has, and where it has too many; STORAGE. */
  add(fields: SavedSearchFields): Promise<SavedSearch>
  /** Throws NOT_FOUND where there is none of its id on the connection; BAD_INPUT likewise; STORAGE. */
  rename(at: { readonly connectionId: string; readonly id: string }, name: string): Promise<void>
  /** Throws STORAGE. */
  remove(at: { readonly connectionId: string; readonly id: string }): Promise<void>
  /** The connection is no more. Throws STORAGE. */
  forget(connectionId: string): Promise<void>
  close(): void
}

export async function createSavedSearches(options: {
  readonly dataDir: string
  readonly log: Logger
}): Promise<SavedSearches> {
  const file = await openListFile(savedSearch, 'searches', { ...options, name: 'saved-searches' })
  const changes = createNotifier()
  file.onChange(changes.notify)
  const isAt = (one: SavedSearch, at: { readonly connectionId: string; readonly id: string }): boolean =>
    one.id === at.id && one.connectionId === at.connectionId

  return {
    async *watch(connectionId, signal) {
      while (!signal?.aborted) {
        const next = changes.next(signal)
        yield file
          .all()
          .filter(isOf(connectionId))
          .toSorted((a, b) => a.name.localeCompare(b.name) || (a.name < b.name ? -1 : 1))
        await next
      }
    },
    async add(fields) {
      const added = { ...fields, id: randomUUID() }
      await file.update((all) => {
        requireFree(all, fields)
        if (all.filter(isOf(fields.connectionId)).length >= MOST_SAVED_SEARCHES) {
          throw refused(message('search.too-many', { most: MOST_SAVED_SEARCHES }), message('search.remove-one'))
        }
        return [...all, added]
      })
      return added
    },
    rename: (at, name) =>
      file.update((all) => {
        const found = all.find((one) => isAt(one, at))
        if (found === undefined) throw new AppError('NOT_FOUND', { what: 'saved search', name })
        if (found.name === name) return all
        requireFree(all, { ...at, name })
        return all.map((one) => (one === found ? { ...one, name } : one))
      }),
    remove: (at) =>
      file.update((all) => (all.some((one) => isAt(one, at)) ? all.filter((one) => !isAt(one, at)) : all)),
    async forget(connectionId) {
      const ofIt = isOf(connectionId)
      // Also what another process saved just now.
      await file.update((all) => (all.some(ofIt) ? all.filter((one) => !ofIt(one)) : all))
    },
    close: file.close,
  }
}

function isOf(connectionId: string): (one: SavedSearch) => boolean {
  return (one) => one.connectionId === connectionId
}

/** By it a person, and the command line, find one again. */
function requireFree(
  all: readonly SavedSearch[],
  { connectionId, name }: Pick<SavedSearch, 'connectionId' | 'name'>,
): void {
  if (!all.filter(isOf(connectionId)).some((one) => one.name === name)) return
  throw refused(message('search.name-taken'), message('search.other-name'))
}

function refused(problem: Message, remedy: Message): AppError<'BAD_INPUT'> {
  return new AppError('BAD_INPUT', { field: 'name', problem, remedy })
}
