import { bytesKey, sameBytes, type Bytes } from '../../../../shared/bytes'
import { isAppError } from '../../../../shared/error'
import type { JobStep } from '../../jobs/job-step'
import type { MadeConsumerStanding } from '../../../../shared/model/made-consumer'
import type { JournalRecord } from '../../../../shared/model/journal'
import { fromBuffer } from '../../../redis/bytes'
import type { GroupSource } from '../../../redis/source'
import { consumerInfosTimed, type TimedInfos } from '../../../redis/xinfo'
import { ownSigns, ROUNDING_MS, type Touches } from '../../inspection/own-signs'
import type { Journal } from '../../journal/journal'
import type { PastBatch } from './given-back-kind'
import type { MadeBy } from '../../journal/made-consumers'
import { noCounts } from '../../../../shared/judgement/job-counts'

/** What the journal knows of a group's consumers that were made from here. */
export interface MadeHere {
  readonly made: readonly MadeBy[]
  readonly touches: Touches
  /** It is about this connection: another one would find no evidence of its own, and so may remove none. */
  readonly own: boolean
}

/** As of the record, whose connection may not be the one that it is undone through. */
export function madeHere(
  journal: Pick<Journal, 'madeConsumers' | 'touched'>,
  { connectionId, key, group }: Pick<JournalRecord, 'connectionId' | 'key' | 'group'>,
  through: string,
): MadeHere {
  const made = group === null ? [] : journal.madeConsumers(connectionId, key, group)
  const touches = group === null ? [] : journal.touched(connectionId, key, group)
  return { made, touches, own: through === connectionId }
}

/** Those that a record made, or gave entries to after another one made them. `to`: whom it gave entries to. */
export function concernedBy({ made, ...here }: MadeHere, recordId: string, to: readonly Bytes[]): MadeHere {
  const names = new Set(to.map(bytesKey))
  return { ...here, made: made.filter((each) => each.recordId === recordId || names.has(bytesKey(each.consumer))) }
}

/** How those stand that are there still. `change`: by how many entries each would hold more. */
export function standingOfMade(
  { infos, read }: TimedInfos,
  { made, touches, own }: MadeHere,
  change: (name: Bytes) => number = () => 0,
): MadeConsumerStanding[] {
  const shown = read === null ? infos : ownSigns(infos, touches, read)
  return made.flatMap(({ consumer, by }) => {
    const info = shown.find(({ name }) => sameBytes(fromBuffer(name), consumer))
    if (info === undefined) return []
    const pending = info.pending + change(consumer)
    const isKnown = read !== null && by !== null
    const used = !isKnown ? 'unknown' : read.atMs - info.idleMs <= by + ROUNDING_MS ? 'no' : 'yes'
    return [{ name: consumer, pending, used, removable: own && pending === 0 && used === 'no' }]
  })
}

/** The same, read now. Nobody where group or stream are gone. */
export async function readMade({ reader, key, group }: GroupSource, here: MadeHere): Promise<MadeConsumerStanding[]> {
  if (here.made.length === 0) return []
  try {
    return standingOfMade(await consumerInfosTimed(reader, key, group), here)
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return []
    throw error
  }
}

/** An undo of a record to its end, and then what of the action stays as it made it. */
export async function* tellingRemains(
  source: GroupSource,
  { id, counts: { dropped } }: JournalRecord,
  here: MadeHere,
  batches: AsyncIterable<PastBatch>,
  undo: (batches: AsyncIterable<PastBatch>) => AsyncGenerator<JobStep, void>,
): AsyncGenerator<JobStep, void> {
  const targets: Bytes[] = []
  async function* noting(): AsyncGenerator<PastBatch, void> {
    for await (const batch of batches) {
      if (batch.to !== null) targets.push(batch.to)
      yield batch
    }
  }
  yield* undo(noting())
  // All is done by then: what can't be read now is not told.
  const consumers = await readMade(source, concernedBy(here, id, targets)).catch(noneWhereRefused)
  if (consumers.length + dropped > 0) yield { done: 0, counts: noCounts, remains: { consumers, dropped } }
}

function noneWhereRefused(error: unknown): MadeConsumerStanding[] {
  if (isAppError(error)) return []
  throw error
}
