import type { UndoPlan, UndoWhich } from '../../../../shared/model/undo-plan'
import type { JournalRecord } from '../../../../shared/model/journal'
import { bytesKey, type Bytes } from '../../../../shared/bytes'
import { isAppError } from '../../../../shared/error'
import { nameKey } from '../../../redis/bytes'
import { consumerInfosTimed, type TimedInfos } from '../../../redis/xinfo'
import { countHeld, createHeldSum } from './held-since'
import { concernedBy, standingOfMade, type MadeHere } from './made-consumers'
import { chosen, partsOf } from './give-back'
import type { GiveBack, PastBatch, PastSource } from './given-back-kind'
import { message } from '../../../../shared/words/messages'

export interface PastUndo {
  readonly record: JournalRecord
  readonly batches: AsyncIterable<PastBatch>
  /** Absent: what is certain. */
  readonly which?: UndoWhich | undefined
  readonly here: MadeHere
}

/**
 * Reads what an undo would give back now, part by part; the plan comes last. Changes nothing. Running the undo looks
 * again, and leaves alone what moved in between.
 */
export async function* planRecoveryUndo(
  context: PastSource,
  how: GiveBack,
  { record, batches, which = 'certain', here }: PastUndo,
): AsyncGenerator<{ readonly walked: number }, UndoPlan> {
  const changes = new Map<string, { readonly name: Bytes; change: number }>()
  const change = (name: Bytes, by: number): void => {
    const known = changes.get(bytesKey(name))
    if (known) known.change += by
    else changes.set(bytesKey(name), { name, change: by })
  }
  const { note } = record.undo
  const plan = { recordId: record.id, entries: 0, leftAlone: 0, gone: 0, note }
  const held = createHeldSum()
  const open = { others: 0, untraced: 0, given: 0 }
  const hashes = { back: 0, left: 0, unsaved: 0, atomic: context.server?.capabilities.eval.available ?? false }
  const targets: Bytes[] = []
  let walked = 0
  for await (const part of partsOf(batches)) {
    const all = await how.find(context, part)
    const { found, others } = chosen(all, which)
    const { returns, left, gone, untraced = 0 } = found
    plan.entries += returns.length
    plan.leftAlone += left.length + others
    open.others += others
    open.untraced += untraced
    open.given += all.returns.filter(({ given }) => given === true).length
    const ofPart = await how.findHashes?.(context, found, part)
    hashes.back += ofPart?.back ?? 0
    hashes.left += ofPart?.left ?? 0
    hashes.unsaved += ofPart?.unsaved ?? 0
    if (part.to !== null) targets.push(part.to)
    if (left.length > 0) held.add(await countHeld(context, left, part.heldBy))
    plan.gone += gone
    walked += part.changed.length
    for (const { prior } of returns) {
      change(prior.consumer, 1)
      if (part.to !== null) change(part.to, -1)
    }
    yield { walked }
  }
  const now = await consumerInfosTimed(context.reader, context.key, context.group).catch(noneWithoutGroup)
  const pending = new Map(now.infos.map((each) => [nameKey(each.name), each.pending]))
  const consumers = [...changes].map(([key, { name, change: by }]) => {
    const before = pending.get(key) ?? 0
    return { name, before, after: before + by }
  })
  const concerned = concernedBy(here, record.id, targets)
  const made = standingOfMade(now, concerned, (name) => changes.get(bytesKey(name))?.change ?? 0)
  const told = held.now().map(({ record: recordId, entries }) => ({ recordId, entries }))
  const staysAll = hashes.unsaved > 0 && hashes.back + hashes.left === 0
  return {
    ...{
      ...plan,
      note: staysAll ? message('undo.handle') : note,
      consumers: consumers.filter(({ before, after }) => before !== after),
    },
    ...(told.length === 0 ? {} : { held: told }),
    ...(made.length === 0 ? {} : { made }),
    ...(open.others === 0 ? {} : { others: open.others }),
    ...(how.findHashes === undefined ? {} : { hashes }),
    ...(record.counts.dropped === 0 ? {} : { dropped: record.counts.dropped }),
    ...(open.untraced === 0 ? {} : { untraced: open.untraced }),
    ...(open.given === 0 ? {} : { given: open.given }),
    which,
  }
}

/** A group that is to be made again holds nothing. */
function noneWithoutGroup(error: unknown): TimedInfos {
  if (isAppError(error, 'NOT_FOUND')) return { infos: [], read: null }
  throw error
}
