import { compareIds, type EntryId } from '../../../../shared/entry-id'
import type { JobFailure } from '../../../../shared/model/job'
import { toBuffer } from '../../../redis/bytes'
import { deleteEntries } from '../../../redis/xdel'
import { existingIds, forEachEntry } from '../../../redis/xrange'
import type { JournalBatch } from '../../journal/journal'
import { digestOfCopy, sameBodies } from '../../inspection/same-bodies'
import { findCopies } from '../../inspection/find-copies'
import { givenToGroups } from '../../inspection/given-to-groups'
import { ackGivenBack } from '../undo/give-back'
import type { GiveBack, PastBatch } from '../undo/given-back-kind'
import type { Return } from '../undo/returns'
import { endsWith, type Copied } from '../../inspection/copy-provenance'
import type { GroupSource } from '../../../redis/source'
import { isOutcomeUnknown } from '../../jobs/outcome-unknown'
import type { Sent } from '../../jobs/send-commands'
import { message } from '../../../../shared/words/messages'
import type { Message } from '../../../../shared/model/message'
import { reasonOf } from '../../lib/reason-of'

export interface CopiesGivenBack {
  /** What some group of the target was given already is left alone; else it is given back by itself, where that is asked for. */
  readonly unreadOnly: boolean
  /** Copies hold something else than their entries. */
  readonly isEdited: boolean
  /** The fields that a copy of this entry ends in; null: nothing tells it from others. `at`: of its batch. */
  readonly tailOf: ((context: GroupSource, entry: Copied, at: number) => readonly Buffer[]) | null
}

/**
 * Makes entries pending again that were copied and acked, for who held them and with the delivery count they had, and then
 * deletes their copies. Left alone is what is pending again, and whatever has no copy (any more); a copy that some group was
 * given is never deleted unasked. Where no reply told of one, for Sluice was killed or the script came late, the copies are
 * looked for at the end of the target.
 */
export function copiesGivenBack(target: Buffer, { unreadOnly, isEdited, tailOf }: CopiesGivenBack): GiveBack {
  const withCopies = async (context: GroupSource, part: PastBatch): Promise<PastBatch> => {
    const untold = part.changed.filter(({ id }) => !part.copies.has(id))
    if (untold.length === 0 || tailOf === null) return part
    const expected = untold.map(({ id, consumer, deliveries }) => {
      return { id, tail: tailOf(context, { id, consumer: toBuffer(consumer), deliveries }, part.at) }
    })
    const { copies } = await findCopies({ ...context, key: target }, part.at, expected)
    return { ...part, copies: new Map([...part.copies, ...copies]) }
  }
  const takeable = async (context: GroupSource, part: PastBatch, ids: readonly EntryId[]) => {
    const copies = copiesOf(part, ids)
    const still = isEdited
      ? await editedStill(context, target, part, copies, tailOf)
      : await sameBodies(context, target, copies)
    const given = await givenToGroups({ reader: context.reader, key: target }, still)
    return { given, ungiven: new Set([...still].filter((id) => !given.has(id))) }
  }
  return {
    forces: true,
    needs: (source) => [...ackGivenBack.needs(source), { name: 'xdel', key: target }],
    async find(context, known) {
      const part = await withCopies(context, known)
      const found = await ackGivenBack.find(context, part)
      const ids = found.returns.map(({ prior }) => prior.id)
      const { given, ungiven } = await takeable(context, part, ids)
      const isGiven = (id: EntryId): boolean => given.has(part.copies.get(id) ?? '')
      const isThere = (id: EntryId): boolean => ungiven.has(part.copies.get(id) ?? '') || (!unreadOnly && isGiven(id))
      // Who made the copy in one step with its ack, has acked it: the first time.
      const isUnsure = ({ prior, unsure }: Return): boolean =>
        unsure && (part.atomic !== true || part.again?.has(prior.id) === true)
      const returns = found.returns
        .filter(({ prior }) => isThere(prior.id))
        .map((each): Return => ({
          ...each,
          // Somebody may be at work on the copy.
          ...(isGiven(each.prior.id) ? { unsure: true, given: true } : { unsure: isUnsure(each) }),
        }))
      const back = new Set(returns.map(({ prior }) => prior.id))
      const copyless = found.returns.map(({ prior }) => prior.id).filter((id) => !back.has(id))
      const untraced = tailOf === null ? copyless.filter((id) => !part.copies.has(id)).length : 0
      return { ...found, returns, left: [...found.left, ...copyless].sort(compareIds), untraced }
    },
    async send(context, found, known) {
      const part = await withCopies(context, known)
      const sent = await ackGivenBack.send(context, found, part)
      const notBack = new Set([...sent.except, ...sent.lost])
      const back = found.returns.map(({ prior }) => prior.id).filter((id) => !notBack.has(id))
      const copies = back.flatMap((id) => part.copies.get(id) ?? [])
      if (copies.length === 0) return sent
      // To be read: that they are pending, and whether their copies are there as well.
      const untold = (error: Error | null): Sent => {
        const counts = { ...sent.counts, changed: sent.counts.changed - back.length }
        return { ...sent, counts, lost: [...sent.lost, ...back], error }
      }
      // The connection is gone already.
      if (sent.lost.length > 0) return untold(sent.error)
      try {
        await deleteEntries(context.writer, target, copies)
        return sent
      } catch (error) {
        if (isOutcomeUnknown(error)) return untold(error)
        // They are pending again for certain, and so are their copies there: nothing is lost, but there are both.
        const failures = back.map((id) => inBoth(id, part, reasonOf(error)))
        return {
          ...sent,
          failures,
          error: error instanceof Error ? error : new Error('deleting the copies failed', { cause: error }),
        }
      }
    },
    async afterLost(context, back, known) {
      const part = await withCopies(context, known)
      const copies = back.flatMap((id) => part.copies.get(id) ?? [])
      if (copies.length === 0) return []
      // Since they were looked at, somebody may have been given them.
      const { ungiven } = await takeable(context, part, back)
      if (ungiven.size > 0) await deleteEntries(context.writer, target, [...ungiven])
      const left = await existingIds(context.reader, target, copies)
      const why = message('recovery.read-meanwhile')
      return back.filter((id) => left.has(part.copies.get(id) ?? '')).map((id) => inBoth(id, part, why))
    },
  }
}

function inBoth(id: EntryId, { copies }: JournalBatch, why: Message): JobFailure {
  return { id, reason: message('recovery.copy-beside', { copyId: copies.get(id) ?? '', why }) }
}

type CopyPair = readonly [EntryId, EntryId]

function copiesOf({ copies }: JournalBatch, ids: readonly EntryId[]): readonly CopyPair[] {
  return ids.flatMap((id) => {
    const copy = copies.get(id)
    return copy === undefined ? [] : [[id, copy] as const]
  })
}

/**
 * Of copies that hold something else than their entries those that hold what they were given, or, where nothing was
 * noted, end in what tells where they come from. Another entry under a copy's id, of a target made anew, is none.
 */
async function editedStill(
  context: GroupSource,
  target: Buffer,
  { held, changed, at }: JournalBatch,
  copies: readonly CopyPair[],
  tailOf: CopiesGivenBack['tailOf'],
): Promise<ReadonlySet<EntryId>> {
  const entryOf = new Map(copies.map(([id, copy]) => [copy, id]))
  const still = new Set<EntryId>()
  await forEachEntry(context.reader, target, [...entryOf.keys()], ({ id, fields }) => {
    const written = held?.get(id)
    const prior = changed.find((each) => each.id === entryOf.get(id))
    const tail = prior && tailOf?.(context, { ...prior, consumer: toBuffer(prior.consumer) }, at)
    const isOurs = written === undefined ? tail && endsWith(fields, tail) : digestOfCopy(fields) === written
    if (isOurs) still.add(id)
  })
  return still
}
