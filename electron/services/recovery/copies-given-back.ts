import { compareIds, type EntryId } from '../../../shared/entry-id'
import { deleteEntries } from '../../redis/xdel'
import { groupInfos } from '../../redis/xinfo'
import { existingIds } from '../../redis/xrange'
import { ackGivenBack, type GiveBack } from './give-back'
import type { ReadContext } from './run-context'
import { isOutcomeUnknown } from './send'

/**
 * Makes entries pending again that were copied and acked, for who held them and with the delivery count they had, and then
 * deletes their copies. Left alone is what is pending again, and whatever has no copy (any more). `unreadOnly`: also what
 * some group of the target was given already.
 */
export function copiesGivenBack(target: Buffer, { unreadOnly }: { readonly unreadOnly: boolean }): GiveBack {
  return {
    async find(context, part) {
      const found = await ackGivenBack.find(context, part)
      const copies = found.returns.flatMap(({ prior }) => part.copies.get(prior.id) ?? [])
      const there = await takeableCopies(context, target, copies, unreadOnly)
      const returns = found.returns.filter(({ prior }) => there.has(part.copies.get(prior.id) ?? ''))
      return { ...found, returns, leftAlone: found.leftAlone + found.returns.length - returns.length }
    },
    async send(context, found, part) {
      const sent = await ackGivenBack.send(context, found, part)
      const notBack = new Set([...sent.except, ...sent.lost])
      const back = found.returns.map(({ prior }) => prior.id).filter((id) => !notBack.has(id))
      const copies = back.flatMap((id) => part.copies.get(id) ?? [])
      if (copies.length === 0) return sent
      try {
        await deleteEntries(context.writer, target, copies)
        return sent
      } catch (error) {
        // They are pending again for certain, and their copies may be there too: nothing is lost, but there may be both.
        const why = error instanceof Error ? error.message : 'it failed'
        const failures = back.map((id) => ({
          id,
          reason: `It is pending again, but its copy ${part.copies.get(id) ?? ''} may still be there: ${why}`,
        }))
        const unknown = isOutcomeUnknown(error) ? back.length : 0
        const counts = {
          ...sent.counts,
          changed: sent.counts.changed - unknown,
          unknown: sent.counts.unknown + unknown,
        }
        return { ...sent, counts, failures, error: error instanceof Error ? error : new Error(why) }
      }
    },
  }
}

async function takeableCopies(
  { reader }: ReadContext,
  target: Buffer,
  copies: readonly EntryId[],
  unreadOnly: boolean,
): Promise<ReadonlySet<EntryId>> {
  const existing = await existingIds(reader, target, copies)
  if (!unreadOnly || existing.size === 0) return existing
  const read = (await groupInfos(reader, target)).map(({ lastDeliveredId }) => lastDeliveredId)
  return new Set([...existing].filter((id) => read.every((last) => compareIds(last, id) < 0)))
}
