import type { EntryId } from '../../../../shared/entry-id'
import { AppError } from '../../../../shared/error'
import { message } from '../../../../shared/words/messages'
import { isOfThisKind, withoutKind } from '../../../redis/entry-digests'
import { ackWithin, CHECKED_ACK_MAX, checkedAck, type AckedWithin } from '../../../redis/scripts/checked-ack'
import { goneIds } from '../../inspection/entry-presence'
import { averageEntryBytes } from '../../inspection/entry-size'
import type { StreamMark } from '../../inspection/stream-mark'
import { idleByNow, type Observation, type ObservedRow } from '../../inspection/observe-pending'
import type { JobStep } from '../../jobs/job-step'
import { idsOf, runBatch, type Batch } from '../../jobs/run-batch'
import type { RunContext } from '../../jobs/run-context'
import { sendAll, type Sending } from '../../jobs/send-commands'
import { noCounts } from '../../../../shared/judgement/job-counts'
import { ackSendings, mayScript, scriptSendings } from './ack-sendings'
import { createLossCeiling, moreGone } from './loss-ceiling'
import { readAcksBack } from './read-acks-back'

/** Acks that together take no more of what is gone from the stream than was shown. */
export interface AckCeiling {
  /** The rows, parted by what may go in one batch. */
  parts(rows: readonly ObservedRow[]): readonly (readonly ObservedRow[])[]
  /** The commands that ack one of these. STALE_PLAN, here or from a command, where more would go than was shown. */
  sendings(rows: readonly ObservedRow[], observation: Observation): Promise<readonly Sending[]>
}

/** Larger entries on average aren't touched by the script: it would copy those it looks for. An average may be wrong. */
const SMALL_ENTRY_BYTES = 4 * 1024

/**
 * The script that acks also looks for what is gone, in the same step, where it may and where entries are small; else it is
 * looked for before each batch, and what goes in between is not seen. `bodies`: what the stream was known by; that script also
 * looks whether it is still that one. `shown`: null where the plan said that only its run
 * will tell.
 */
export async function createAckCeiling(
  context: RunContext,
  shown: number | null,
  bodies: NonNullable<StreamMark['bodies']> = [],
): Promise<AckCeiling> {
  const parts = (rows: readonly ObservedRow[]) => [rows]
  if (shown === null) return { parts, sendings: (...batch) => Promise.resolve(ackSendings(context, ...batch)) }
  if (mayScript(context.server) && (await hasSmallEntries(context)))
    return byScript(
      context,
      shown,
      bodies.filter(([, digest]) => isOfThisKind(digest)),
    )
  const ceiling = createLossCeiling(context, shown)
  return {
    parts,
    async sendings(rows, observation) {
      ceiling.after(await ceiling.before(idsOf(rows)))
      return ackSendings(context, rows, observation)
    },
  }
}

/** Acks these, a batch for each part that may go together, and gives the next batch's number. Stops between two of them. */
export async function* ackRows(
  context: RunContext,
  ceiling: AckCeiling,
  batch: Pick<Batch, 'number'> & { readonly observation: Observation; readonly rows: readonly ObservedRow[] },
  signal: AbortSignal,
): AsyncGenerator<JobStep, number> {
  const { observation } = batch
  let { number } = batch
  for (const rows of ceiling.parts(batch.rows)) {
    const sendings = await ceiling.sendings(rows, observation)
    const send = () =>
      sendAll(context.writer, sendings, (ids) => Promise.resolve({ ...noCounts, leftAlone: ids.length }))
    const readBack = (lost: readonly EntryId[]) =>
      readAcksBack(context, { commands: sendings.map(({ ids }) => ids), rows, seenAt: observation.at }, lost)
    yield* runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
    if (signal.aborted) break
  }
  return number
}

async function hasSmallEntries(context: RunContext): Promise<boolean> {
  const bytes = await averageEntryBytes(context)
  return bytes !== null && bytes <= SMALL_ENTRY_BYTES
}

/**
 * Where some may go and not all of a batch, its scripts can't share that: they go one after another. Once a script has met
 * entries that are too large for it, what is gone is looked for before each command.
 */
function byScript(context: RunContext, shown: number, bodies: NonNullable<StreamMark['bodies']>): AckCeiling {
  const { reader, writer, key, group } = context
  let left = shown
  let isLarge = false
  const afterALook = async (
    part: readonly ObservedRow[],
    observation: Observation,
    most: number,
  ): Promise<AckedWithin> => {
    const { size: gone } = await goneIds(reader, key, idsOf(part))
    if (gone > most) throw moreGone(shown)
    return { states: await checkedAck(writer, key, group, part, idleByNow(part, observation)), gone }
  }
  return {
    parts: (rows) => (left === 0 || left >= rows.length ? [rows] : inParts(rows)),
    sendings(rows, observation) {
      const most = left
      const send = async (part: readonly ObservedRow[]) => {
        const mostGone = Math.min(most, part.length)
        const only = { mostGone, minIdleMs: idleByNow(part, observation), known: someOf(bodies, part) }
        const byScript = isLarge ? 'large' : await ackWithin(writer, key, group, part, only)
        if (byScript === 'beyond') throw moreGone(shown)
        if (typeof byScript === 'object' && 'another' in byScript) throw streamAnew(byScript.another)
        isLarge ||= byScript === 'large'
        const acked = byScript === 'large' ? await afterALook(part, observation, mostGone) : byScript
        left -= acked.gone
        return acked.states
      }
      return Promise.resolve(scriptSendings(rows, send))
    },
  }
}

/** So many bodies of the plan's are compared with each command. */
const MOST_COMPARED = 3

/** Some of what the stream was known by, as a script compares it: of these entries, where there are such. */
function someOf(bodies: NonNullable<StreamMark['bodies']>, rows: readonly ObservedRow[]) {
  const ids = new Set(idsOf(rows))
  const own = bodies.filter(([id]) => ids.has(id))
  return (own.length > 0 ? own : bodies).slice(-MOST_COMPARED).map(([id, digest]) => [id, withoutKind(digest)] as const)
}

function streamAnew(id: EntryId): AppError<'STALE_PLAN'> {
  return new AppError('STALE_PLAN', { planId: '', problem: message('identity.stream-anew', { id }) })
}

function inParts(rows: readonly ObservedRow[]): readonly (readonly ObservedRow[])[] {
  const count = Math.ceil(rows.length / CHECKED_ACK_MAX)
  return Array.from({ length: count }, (_, at) => rows.slice(at * CHECKED_ACK_MAX, (at + 1) * CHECKED_ACK_MAX))
}
