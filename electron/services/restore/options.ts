import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import type { JournalRecord } from '../../../shared/model/journal'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import type { Jobs } from '../jobs/jobs'
import type { Journal } from '../journal/journal'
import type { RestoreContext, RestorePlace } from './context'

export interface RestoreOptions {
  readonly journal: Journal
  readonly jobs: Jobs
  readonly dataDir: string
  reader(connectionId: string): Reader
  server(connectionId: string): ServerInfo
  whenReady(connectionId: string, signal: AbortSignal): Promise<boolean>
}

export function placeOf({ reader, server }: RestoreOptions, connectionId: string, key: Bytes): RestorePlace {
  return {
    reader: reader(connectionId),
    key: toBuffer(key),
    server: server(connectionId),
  }
}

export function contextOf(
  { whenReady }: RestoreOptions,
  connectionId: string,
  place: RestorePlace,
  begun: Pick<RestoreContext, 'writer' | 'record'>,
): RestoreContext {
  return { ...place, ...begun, whenReady: (signal) => whenReady(connectionId, signal) }
}

interface Reading {
  readonly walked: number
  readonly total: number
}
type Planning<Plan> = ({ readonly state: 'reading' } & Reading) | { readonly state: 'ready'; readonly plan: Plan }

/** A walk as the contract tells of it, until it is left; `keep` is given what it comes to. */
export async function* planning<Made, Plan>(
  walk: AsyncGenerator<Reading, Made | undefined>,
  keep: (made: Made) => Plan,
  signal?: AbortSignal,
): AsyncGenerator<Planning<Plan>, void> {
  try {
    for (;;) {
      const step = await walk.next()
      if (signal?.aborted) return
      if (step.done) {
        if (step.value !== undefined) yield { state: 'ready', plan: keep(step.value) }
        return
      }
      const { walked, total } = step.value
      yield { state: 'reading', walked, total }
    }
  } finally {
    // What it reads of is let go of.
    await walk.return(undefined)
  }
}

/** Why a record can't be undone here, in words; null when it can. */
export function whyNotUndone({ connectionId, undo, state }: JournalRecord, here: string): string | null {
  if (connectionId !== here) return 'It was done on another connection.'
  if (!undo.possible) return undo.note
  if (state === 'running') return 'It is still running. Cancel it first.'
  return undo.undoneBy === null ? null : 'It has been undone already.'
}

export function notUndoable(why: string): AppError {
  return new AppError('BAD_INPUT', { field: 'recordId', remedy: 'Choose a record that offers Undo.' }, why)
}
