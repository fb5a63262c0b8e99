import { randomUUID } from 'node:crypto'
import { cliArgument, type Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { CopiesPlan } from '../../../shared/model/restore'
import { fromBuffer } from '../../redis/bytes'
import { groupInfos } from '../../redis/xinfo'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import { readEntries, type BackupFile } from '../backup/read-backup'
import { lookAtTarget } from '../recovery/target-stream'
import type { RestoreSource } from './context'
import { message } from '../../../shared/words/messages'

export interface CopiesRequest extends Pick<CopiesPlan, 'ids' | 'provenance'> {
  readonly connectionId: string
  readonly key: Bytes
}

const SHOWN_COMMANDS = 3
/** A line's own marks, about: braces, quotes, the id. */
const LINE_MARKS = 60
export const TOLD_EVERY = 1_000

/**
 * Reads a backup to its end, and looks at the stream that would get its entries. Changes nothing. Throws BAD_INPUT where
 * the target is no stream, UNSUPPORTED where it lies elsewhere, NOT_FOUND backup, STORAGE.
 */
export async function* planCopies(
  place: RestoreSource,
  file: BackupFile,
  request: CopiesRequest,
): AsyncGenerator<{ readonly walked: number; readonly total: number }, CopiesPlan> {
  const creates = (await lookAtTarget(place, request.key)).includes('new-stream')
  const groups = creates ? [] : (await groupInfos(place.reader, place.key)).map(({ name }) => fromBuffer(name))
  const wanted = request.ids && new Set(request.ids)
  const found = new Set<EntryId>()
  const commands: string[] = []
  const plan = { entries: 0, bytes: 0, damaged: 0 }
  let firstId: EntryId | null = null
  let lastId: EntryId | null = null
  let last: EntryId | null = null
  let walked = 0
  let walkedBytes = 0
  for await (const entry of readEntries(file)) {
    walked += 1
    if (entry === null) plan.damaged += 1
    else {
      const bytes = entryBytes(entry)
      walkedBytes += bytes + LINE_MARKS
      if (entry.id !== last && (wanted === null || wanted.has(entry.id))) {
        last = entry.id
        if (wanted !== null) found.add(entry.id)
        plan.entries += 1
        plan.bytes += bytes
        if (firstId === null || compareIds(entry.id, firstId) < 0) firstId = entry.id
        if (lastId === null || compareIds(entry.id, lastId) > 0) lastId = entry.id
        if (commands.length < SHOWN_COMMANDS) commands.push(addLine(request.key, '*', entry))
      }
    }
    if (walked % TOLD_EVERY === 0) {
      const total = Math.max(walked, Math.round(file.bytes / Math.max(1, walkedBytes / walked)))
      yield { walked, total }
    }
  }
  const canUndo = place.server.capabilities.xdel
  const why = canUndo.reason ?? message('undo.no-xdel')
  const note = canUndo.available ? message('undo.copies') : message('undo.copies-stay', { why })
  return {
    ...{ id: randomUUID(), ...request, file: file.name, ...plan, firstId, lastId, creates, groups, commands },
    notFound: (wanted?.size ?? 0) - found.size,
    undo: { possible: canUndo.available, note },
  }
}

/** As redis-cli takes it; long values are cut, and then it is for looking at only. */
export function addLine(key: Bytes, id: string, { fields }: RawEntry): string {
  const shown = fields.slice(0, 20).map((part) => {
    const text = cliArgument(fromBuffer(part.subarray(0, 200)))
    return part.length > 200 ? `${text}…` : text
  })
  return `XADD ${cliArgument(key)} ${id} ${shown.join(' ')}${fields.length > 20 ? ' …' : ''}`
}
