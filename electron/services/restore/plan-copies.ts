import { randomUUID } from 'node:crypto'
import { cliArgument, type Bytes } from '../../../shared/bytes'
import type { Mask } from '../../../shared/masking/mask'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { CopiesPlan } from '../../../shared/model/restore'
import { fromBuffer } from '../../redis/bytes'
import { groupInfos } from '../../redis/xinfo'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import type { BackupFile } from '../backup/read-backup'
import { PART_BYTES } from '../inspection/body-parts'
import { lookAtTarget } from '../recovery/copies/target-stream'
import type { RestoreSource } from './context'
import { isChosenBy, PART_ENTRIES, savedEntries, type SavedEntry } from './parts'
import type { CopiesFound, StillCopied } from './still-copied'
import { createStillThere } from './still-there'
import { maskRaw } from '../inspection/mask-raw'
import { message } from '../../../shared/words/messages'

export interface CopiesRequest extends Pick<CopiesPlan, 'ids' | 'stayed' | 'copied' | 'provenance'> {
  readonly connectionId: string
  readonly key: Bytes
  /** False: the entries of the file have none of their own, so that none of them can be in the stream. */
  readonly hasIds: boolean
}

/** A plan, and what its run needs beside it. */
export interface PreparedCopies {
  readonly plan: CopiesPlan
  readonly file: BackupFile
  readonly hasIds: boolean
  /** From one to another, both included: the positions in the backup of those that are not to be added, for they are there. */
  readonly there: readonly (readonly [number, number])[]
}

const SHOWN_COMMANDS = 3
const NONE: CopiesFound = { there: new Set(), untold: 0 }
/** A line's own marks, about: braces, quotes, the id. */
const LINE_MARKS = 60
export const TOLD_EVERY = 1_000

/**
 * Reads a backup to its end, and looks up in the streams where a redrive moved its entries, and in the stream that would get
 * them, which of them are there. Changes nothing. Throws BAD_INPUT where the target is no stream, UNSUPPORTED where it lies elsewhere, NOT_FOUND backup, STORAGE.
 */
export async function* planCopies(
  source: RestoreSource,
  file: BackupFile,
  { hasIds, ...request }: CopiesRequest,
  stillCopied: StillCopied | null,
): AsyncGenerator<{ readonly walked: number; readonly total: number }, PreparedCopies> {
  const creates = (await lookAtTarget(source, request.key)).includes('new-stream')
  const groups = creates ? [] : (await groupInfos(source.reader, source.key)).map(({ name }) => fromBuffer(name))
  const stillThere = createStillThere(source)
  const wanted = request.ids && new Set(request.ids)
  const found = new Set<EntryId>()
  const commands: string[] = []
  const isChosen = isChosenBy({ ids: request.ids, stayed: request.stayed ?? false })
  const plan = { entries: 0, there: 0, unsure: 0, leftOut: 0, bytes: 0, damaged: 0 }
  const there: [number, number][] = []
  let copied = 0
  let copiesUntold = 0
  let firstId: EntryId | null = null
  let lastId: EntryId | null = null
  let asked: SavedEntry[] = []
  let walked = 0
  let walkedBytes = 0
  let askedBytes = 0
  const lookUp = async (): Promise<void> => {
    const held = creates || !hasIds ? new Set<EntryId>() : await stillThere(asked)
    const { there: elsewhere, untold } = (await stillCopied?.(asked.filter(({ id }) => !held.has(id)))) ?? NONE
    copiesUntold += untold
    for (const entry of asked) {
      if (held.has(entry.id) || elsewhere.has(entry.id)) {
        if (held.has(entry.id)) plan.there += 1
        else copied += 1
        const run = there.at(-1)
        if (run?.[1] === entry.number - 1) run[1] = entry.number
        else there.push([entry.number, entry.number])
        continue
      }
      plan.entries += 1
      if (entry.fate === 'unsure') plan.unsure += 1
      plan.bytes += entryBytes(entry)
      if (hasIds && (firstId === null || compareIds(entry.id, firstId) < 0)) firstId = entry.id
      if (hasIds && (lastId === null || compareIds(entry.id, lastId) > 0)) lastId = entry.id
      if (commands.length < SHOWN_COMMANDS) commands.push(addLine(request.key, '*', entry, source.mask))
    }
    asked = []
    askedBytes = 0
  }
  for await (const entry of savedEntries(file)) {
    walked += 1
    if (entry === null) plan.damaged += 1
    else {
      const bytes = entryBytes(entry)
      walkedBytes += bytes + LINE_MARKS
      if (isChosen(entry)) {
        if (wanted !== null) found.add(entry.id)
        asked.push(entry)
        askedBytes += bytes
        if (asked.length >= PART_ENTRIES || askedBytes > PART_BYTES) await lookUp()
      } else if (wanted === null) plan.leftOut += 1
    }
    if (walked % TOLD_EVERY === 0) {
      const total = Math.max(walked, Math.round(file.bytes / Math.max(1, walkedBytes / walked)))
      yield { walked, total }
    }
  }
  await lookUp()
  const canUndo = source.server.capabilities.xdel
  const why = canUndo.reason ?? message('undo.no-xdel')
  const note = canUndo.available ? message('undo.copies') : message('undo.copies-stay', { why })
  return {
    plan: {
      ...{ id: randomUUID(), ...request, file: file.name, ...plan, firstId, lastId, creates, groups, commands },
      notFound: (wanted?.size ?? 0) - found.size,
      undo: { possible: canUndo.available, note },
      ...(copied > 0 && { stillCopied: copied }),
      ...(copiesUntold > 0 && { copiesUntold }),
    },
    file,
    hasIds,
    there,
  }
}

/** As redis-cli takes it; where long values are cut, or some are masked, it is for looking at only. */
export function addLine(key: Bytes, id: string, entry: RawEntry, mask: Mask | null): string {
  const {
    entry: { fields },
    count,
  } = maskRaw(mask, entry)
  const shown = fields.slice(0, 20).map((part) => {
    const text = cliArgument(fromBuffer(part.subarray(0, 200)))
    return part.length > 200 ? `${text}…` : text
  })
  // What is not whole must not be sent by mistake.
  return `${count > 0 ? '# ' : ''}XADD ${cliArgument(key)} ${id} ${shown.join(' ')}${fields.length > 20 ? ' …' : ''}`
}
