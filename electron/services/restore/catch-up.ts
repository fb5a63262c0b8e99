import { AppError } from '../../../shared/error'
import { streamInfo } from '../../redis/xinfo'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import type { RestoreContext } from './context'
import { copyIdempotence } from './copy-idempotence'
import { copyGroup } from './copy-group'
import { readGroups } from './group-state'
import { liveEntries } from './live-entries'
import { inParts } from './parts'
import { setCounters } from './rebuild'
import { writePart } from './write-part'
import { message } from '../../../shared/words/messages'

/**
 * Adds to a new key what came to its stream since it was made, and brings its groups to where the stream's are now.
 * `context`: the stream's. Throws BAD_INPUT where too much is pending.
 */
export async function* catchUp(
  context: RestoreContext,
  into: Buffer,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { reader, key } = context
  const groups = await readGroups(context)
  const made = await readGroups({ ...context, key: into })
  if (groups === null || made === null) {
    const [problem, remedy] = [message('restore.pending-to-copy'), message('restore.ack-first')]
    throw new AppError('BAD_INPUT', { field: 'recordId', problem, remedy })
  }
  const stream = await streamInfo(reader, key)
  const { lastGeneratedId } = await streamInfo(reader, into)
  let number = 0
  let written = 0
  for await (const part of inParts(liveEntries(context, stream.lastGeneratedId, lastGeneratedId))) {
    const step = await writePart(context, into, number++, part, signal)
    written += step.done
    // Never at its end before the groups are.
    yield { ...step, total: written + 1 }
    if (signal.aborted) return
  }
  await setCounters(context, into, stream, signal)
  await copyIdempotence(context, into, signal)
  for (const group of groups) {
    const then = made.find(({ info }) => info.name.equals(group.info.name)) ?? null
    yield* copyGroup(context, into, group, then, signal)
    if (signal.aborted) return
  }
  yield { done: 0, counts: noCounts, total: written }
}
