import type { EntryId } from '../../../../shared/entry-id'
import { isAppError, type AppError } from '../../../../shared/error'
import type { JobFailure } from '../../../../shared/model/job'
import type { Message } from '../../../../shared/model/message'
import { message } from '../../../../shared/words/messages'
import { nameKey } from '../../../redis/bytes'
import type { Reader } from '../../../redis/reader-writer'
import { isWritten, type FieldBack } from '../../../redis/scripts/give-fields-back'
import { lookAtHashes } from '../../../redis/hash-fields'
import { idsOf } from '../../jobs/run-batch'
import { isOutcomeUnknown } from '../../jobs/outcome-unknown'
import type { RunContext } from '../../jobs/run-context'
import { addCounts, noCounts } from '../../../../shared/judgement/job-counts'
import { reasonOf } from '../../lib/reason-of'
import { ackGivenBack } from '../undo/give-back'
import type { GiveBack, HashesToGiveBack, PastBatch, PastRecord } from '../undo/given-back-kind'
import { giveHashBack } from './give-hash-back'
import { fieldsBack } from './hash-chain'
import { MOST_SAVED_BYTES } from './hashes-before'
import { readSavedHashes, type SavedHashes } from './saved-hashes'

/** About one key: the next hash may be let. A command that is refused at all would be refused for the rest as well. */
function isOfOneKey(error: AppError): boolean {
  if (!isAppError(error, 'REDIS')) return false
  const { prefix, reply } = error.data
  return prefix === 'WRONGTYPE' || (/\bkeys?\b/i.test(reply) && /NOPERM|permission|can't access/i.test(reply))
}

interface HashToGiveBack {
  readonly id: EntryId
  readonly key: Buffer
  readonly fields: readonly FieldBack[]
}

/**
 * Makes acked entries pending again, for who held them, and then gives their hashes what they held before, where they
 * still hold what was written: so an entry whose hash is as it was is always pending. `past`: the record; its file has
 * what hashes held. An entry that does not come back leaves its hash as it is.
 */
export function hashesGivenBack(past: PastRecord | undefined): GiveBack {
  let reading: Promise<SavedHashes> | null = null
  const saved = (): Promise<SavedHashes> | null => (past === undefined ? null : (reading ??= readSavedHashes(past)))

  /** `undone`: of the entries of this undo, those that were taken already; these are added to them. */
  const toGiveBack = async (ids: readonly EntryId[], { back }: PastBatch, undone: Set<EntryId>) => {
    const hashes: HashToGiveBack[] = []
    let unsaved = 0
    const known = await saved()
    for (const id of ids) {
      const chain = (await known?.chainOf(id)) ?? null
      if (chain === null || chain.entry.fields === null) unsaved += 1
      else {
        const isUndone = (each: EntryId): boolean => undone.has(each) || back?.has(each) === true
        const fields = fieldsBack(chain.entry, chain.writers, isUndone)
        if (fields.length > 0) hashes.push({ id, key: chain.entry.key, fields })
      }
      undone.add(id)
    }
    return { hashes, unsaved }
  }
  const [seen, undone] = [new Set<EntryId>(), new Set<EntryId>()]
  /** Of this undo, by key: several entries may have gone to one hash, which counts once. */
  const [looked, told] = [new Set<string>(), new Set<string>()]

  const restore = async (context: RunContext, back: readonly EntryId[], part: PastBatch): Promise<Restored> => {
    const { hashes } = await toGiveBack(back, part, undone)
    return restoreAll(context, hashes, told)
  }
  return {
    forces: true,
    needs: ackGivenBack.needs,
    find: ackGivenBack.find,
    async findHashes({ reader }, { returns }, part) {
      const { hashes, unsaved } = await toGiveBack(idsOf(returns.map(({ prior }) => prior)), part, seen)
      return { ...(await compare(reader, hashes, looked)), unsaved }
    },
    async send(context, found, part) {
      const sent = await ackGivenBack.send(context, found, part)
      const notBack = new Set([...sent.except, ...sent.lost])
      const back = found.returns.map(({ prior }) => prior.id).filter((id) => !notBack.has(id))
      const { failures, error, ...hashes } = await restore(context, back, part)
      const counts = addCounts(sent.counts, { ...noCounts, hashesBack: hashes.back, hashesLeft: hashes.left })
      return { ...sent, counts, failures: [...(sent.failures ?? []), ...failures], error: sent.error ?? error }
    },
    afterLost: async (context, back, part) => (await restore(context, back, part)).failures,
  }
}

/** What an undo would come to: as it is now. A hash that can't be looked at counts as left. */
async function compare(
  reader: Reader,
  all: readonly HashToGiveBack[],
  looked: Set<string>,
): Promise<Pick<HashesToGiveBack, 'back' | 'left'>> {
  // Those that come later find what the first one leaves.
  const hashes = all.filter(({ key }) => isFirst(looked, key))
  const asks = hashes.map(({ key, fields }) => ({ key, names: fields.map(({ name }) => name) }))
  const looks = await lookAtHashes(reader, asks, MOST_SAVED_BYTES)
  const back = hashes.filter(({ fields }, at) => {
    const look = looks[at]
    return look?.state === 'read' && fields.every(({ written }, index) => isWritten(look.values[index], written))
  }).length
  return { back, left: hashes.length - back }
}

function isFirst(known: Set<string>, key: Buffer): boolean {
  if (known.has(nameKey(key))) return false
  known.add(nameKey(key))
  return true
}

interface Restored {
  readonly back: number
  readonly left: number
  readonly failures: readonly JobFailure[]
  /** Why no more should be tried. */
  readonly error: AppError | null
}

/** One after the other: of several that go to one hash, each finds what the one before left. */
async function restoreAll(
  context: RunContext,
  hashes: readonly HashToGiveBack[],
  told: Set<string>,
): Promise<Restored> {
  const failures: JobFailure[] = []
  let [back, left] = [0, 0]
  let stopped: AppError | null = null
  const tell = (id: EntryId, why: Message, code: 'recovery.hash-not-back' | 'recovery.hash-may-be-back'): void =>
    void failures.push({ id, reason: message(code, { why }) })
  for (const { id, key, fields } of hashes) {
    if (stopped !== null) {
      tell(id, reasonOf(stopped), 'recovery.hash-not-back')
      continue
    }
    try {
      const done = await giveHashBack(context, key, fields)
      if (done.failure === null && isFirst(told, key)) {
        if (done.left > 0) left += 1
        else back += 1
      }
      if (done.failure !== null) throw done.failure
    } catch (error) {
      if (!isAppError(error)) throw error
      tell(id, reasonOf(error), isOutcomeUnknown(error) ? 'recovery.hash-may-be-back' : 'recovery.hash-not-back')
      if (!isOfOneKey(error)) stopped = error
    }
  }
  return { back, left, failures, error: stopped }
}
