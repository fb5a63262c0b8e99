import type { EntryId } from '../../../shared/entry-id'
import type { JobFailure } from '../../../shared/model/job'
import { redriveEntries, type RedriveResult } from '../../redis/scripts/redrive'
import { noCounts } from '../../../shared/judgement/job-counts'
import { idsOf } from '../jobs/run-batch'
import type { Sent } from '../jobs/send-commands'
import { isOutcomeUnknown } from '../jobs/outcome-unknown'
import { tailOf } from './letter'
import { inBoth, notTaken, type RedriveContext } from './context'
import type { Part } from './part'

/** One script for all of the part: what it copied it has deleted, and what it did not it has left as it was. */
export async function redriveByScript({ writer, key }: RedriveContext, part: Part): Promise<Sent> {
  const { letters, target, create, at } = part
  const ids = idsOf(letters)
  const nothing = { counts: noCounts, except: [], until: null, lost: [], error: null }
  const entries = letters.map((letter) => ({ ...letter, kept: letter.own, tail: tailOf(letter, key, at) }))
  for (const id of ids) part.progress.deleteSent.add(id)
  let result: RedriveResult
  try {
    result = await redriveEntries(writer, { key, target, create }, entries)
  } catch (error) {
    if (isOutcomeUnknown(error)) return { ...nothing, lost: ids, error }
    return { ...nothing, except: ids, error: error instanceof Error ? error : new Error('the script failed') }
  }
  const counts = { ...noCounts }
  const copies: [EntryId, EntryId][] = []
  const failures: JobFailure[] = []
  for (const [n, outcome] of result.outcomes.entries()) {
    const id = ids[n]
    if (id === undefined) break
    if (outcome.state === 'moved') {
      counts.changed += 1
      copies.push([id, outcome.copyId])
    } else if (outcome.state === 'copied-only') {
      counts.unknown += 1
      failures.push(inBoth(id, outcome.copyId, result.failure))
    } else if (outcome.state === 'gone') counts.gone += 1
    else if (outcome.state === 'changed') counts.leftAlone += 1
  }
  // It stopped at the one after those that it tells of, unless at its deletion.
  const next = ids[result.outcomes.length]
  if (next !== undefined && result.outcomes.at(-1)?.state !== 'copied-only') {
    failures.push(...notTaken(next, target, result.failure))
  }
  const moved = new Set(copies.map(([id]) => id))
  const except = ids.filter((id) => !moved.has(id))
  return { counts, except, until: null, lost: [], error: result.failure, copies, failures }
}
