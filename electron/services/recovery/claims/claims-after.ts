import { setTimeout as delay } from 'node:timers/promises'
import type { Bytes } from '../../../../shared/bytes'
import { AppError } from '../../../../shared/error'
import type { ClaimOutcome, ClaimSeen } from '../../../../shared/model/claim-outcome'
import { KINDS } from '../../../../shared/model/kinds'
import { message } from '../../../../shared/words/messages'
import type { GroupSource } from '../../../redis/source'
import type { Journal } from '../../journal/journal'
import { withinBudget, type Allowance } from '../../inspection/within-budget'
import { FOLLOWED, readClaimOutcome } from './claim-outcome'
import { createEndedEntries, type EndedEntries } from './ended-entries'

/** After its end a claim is looked at so many times, so long after the last one: for some five minutes. */
const LOOKS_MS: readonly number[] = [5_000, 10_000, 30_000, 75_000, 180_000]
/** Records of which is kept what was seen. */
const MOST_KNOWN = 50

export interface ClaimLooks {
  readonly claimLooksMs?: readonly number[] | undefined
  /** Something else is known of a group by now. */
  onClaimSeen?(connectionId: string, key: Bytes): void
}

interface Options extends ClaimLooks {
  readonly journal: Journal
  sourceOf(connectionId: string, subject: { readonly key: Bytes; readonly group: Bytes }): GroupSource
  /** Of a connection, for the looks that nobody asked for. */
  budget(connectionId: string): Allowance
}

/** What became of claims after their end. */
export interface ClaimsAfter {
  /** Throws BAD_INPUT for a record that claimed nothing. */
  outcome(connectionId: string, recordId: string): Promise<ClaimOutcome>
  /**
   * Looks what becomes of it, whether or not anybody else does, and keeps it: until clients took up some of it, somebody acts on the
   * group from here, or it was long enough. What can't be read is not told. On a connection one is looked at after the other, as the
   * budget has room.
   */
  follow(connectionId: string, key: Bytes, recordId: string): Promise<void>
}

export function createClaimsAfter({
  journal,
  sourceOf,
  budget,
  claimLooksMs = LOOKS_MS,
  onClaimSeen,
}: Options): ClaimsAfter {
  const queues = new Map<string, Promise<unknown>>()
  /** By record, the last ones asked for. */
  const ended = new Map<string, EndedEntries>()

  function endedOf(recordId: string): EndedEntries {
    const known = ended.get(recordId) ?? createEndedEntries()
    ended.delete(recordId)
    ended.set(recordId, known)
    for (const [oldest] of ended) if (ended.size > MOST_KNOWN) ended.delete(oldest)
    return known
  }

  async function outcome(
    connectionId: string,
    recordId: string,
    by: (source: GroupSource) => GroupSource = (source) => source,
    most?: number,
  ): Promise<ClaimOutcome> {
    const { record, request, stream } = await journal.get(recordId)
    const { key, group, counts } = record
    if (group === null || !request || !KINDS[request.action.kind].followed) {
      const [problem, remedy] = [message('recovery.no-claim'), message('recovery.choose-claim')]
      throw new AppError('BAD_INPUT', { field: 'recordId', problem, remedy })
    }
    const source = by(sourceOf(connectionId, { key, group }))
    return readClaimOutcome(source, request.action, counts.changed, journal.batches(recordId), {
      ...{ most, then: stream, seen: endedOf(recordId) },
    })
  }
  /** By itself, after those that wait for the same server. */
  function inTurn(connectionId: string, recordId: string): Promise<ClaimOutcome> {
    const thrifty = (source: GroupSource): GroupSource => {
      return { ...source, reader: withinBudget(source.reader, budget(connectionId)) }
    }
    const look = (): Promise<ClaimOutcome> => outcome(connectionId, recordId, thrifty, FOLLOWED)
    const turn = (queues.get(connectionId) ?? Promise.resolve()).then(look, look)
    queues.set(connectionId, turn)
    turn.catch(() => undefined)
    return turn
  }
  async function lookOn(connectionId: string, key: Bytes, recordId: string): Promise<void> {
    let told: ClaimSeen['end'] | null = null
    for (const ms of claimLooksMs) {
      await delay(ms, undefined, { ref: false })
      const end = endOf(await inTurn(connectionId, recordId), told)
      // What is acked from here is nothing that a client did.
      if (!(await journal.isLast(recordId))) return
      if (end === null || end === told) continue
      await journal.followed(recordId, end)
      onClaimSeen?.(connectionId, key)
      if (end === 'taken') return
      told = end
    }
  }
  return {
    outcome: (connectionId, recordId) => outcome(connectionId, recordId),
    follow: (...claim) => lookOn(...claim).catch(() => undefined),
  }
}

/**
 * Null: nothing is to be seen yet. What was lost with its consumer is nobody's doing; nor, by itself, is what is gone, but then nobody
 * left it any more.
 */
function endOf(
  { acked, taken, gone, readsPast }: ClaimOutcome,
  told: ClaimSeen['end'] | null,
): ClaimSeen['end'] | null {
  if (acked + taken > 0 || (told === 'left' && gone > 0)) return 'taken'
  return readsPast ? 'left' : null
}
