import { randomUUID } from 'node:crypto'
import { cliArgument, type Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { DeletionPlan, EntrySelection } from '../../../shared/model/deletion'
import { MAX_IDS } from '../../redis/batch'
import { existingIds } from '../../redis/xrange'
import { readPositions, type GroupPositions } from '../inspection/group-positions'
import { countLosses } from '../inspection/other-groups'
import { requireRange } from '../lib/require-range'
import type { Source } from '../../redis/source'
import { takeSnapshot, type Snapshot } from '../inspection/stream-snapshot'
import { listIds } from '../inspection/stream-walk'
import { message } from '../../../shared/words/messages'

export interface DeletionRequest {
  readonly connectionId: string
  readonly key: Bytes
  readonly selection: EntrySelection
  readonly references: DeletionPlan['references']
}

/** A plan, and what its run needs beside it. */
export interface PreparedDeletion {
  readonly plan: DeletionPlan
  /** In order. What came since is not among them. */
  readonly ids: readonly EntryId[]
  readonly snapshot: Snapshot
  readonly positions: GroupPositions
}

/**
 * Looks up which entries are there, and who needs them. Changes nothing. Throws BAD_INPUT for a range of more than 100,000
 * entries, or 64 MiB of them; NOT_FOUND stream.
 */
export async function planDeletion(
  source: Source,
  request: DeletionRequest,
  byMode: boolean,
): Promise<PreparedDeletion> {
  const { reader, key } = source
  const snapshot = await takeSnapshot(reader, key)
  const { ids, notFound } = await idsOf(source, request.selection)
  const positions = await readPositions(source)
  const losses = await countLosses({ reader, key })
  await losses.add(ids, true)
  const plan: DeletionPlan = {
    id: randomUUID(),
    ...request,
    entries: ids.length,
    firstId: ids[0] ?? null,
    lastId: ids.at(-1) ?? null,
    notFound: [...notFound],
    groups: [...losses.losses(0)],
    commands: ids.length === 0 ? [] : [commandOf(request, ids.slice(0, MAX_IDS), byMode)],
  }
  return { plan, ids, snapshot, positions }
}

async function idsOf(source: Source, selection: EntrySelection) {
  const { reader, key } = source
  if (selection.kind === 'ids') {
    const asked = [...new Set(selection.ids)].sort(compareIds)
    const found = await existingIds(reader, key, asked)
    return { ids: asked.filter((id) => found.has(id)), notFound: asked.filter((id) => !found.has(id)) }
  }
  const { from, to } = selection
  requireRange(selection, 'selection.from')
  const { ids, complete } = await listIds(reader, key, { from, to })
  if (complete) return { ids, notFound: [] }
  const [problem, remedy] = [message('deletion.too-many'), message('deletion.narrower')]
  throw new AppError('BAD_INPUT', { field: 'selection', problem, remedy })
}

function commandOf({ key, references }: DeletionRequest, ids: readonly EntryId[], byMode: boolean): string {
  const name = cliArgument(key)
  return byMode ? `XDELEX ${name} ${references} IDS ${ids.length} ${ids.join(' ')}` : `XDEL ${name} ${ids.join(' ')}`
}
