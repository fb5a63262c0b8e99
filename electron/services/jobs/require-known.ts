import { AppError, isAppError } from '../../../shared/error'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'
import type { Source } from '../../redis/source'
import { digestsOf, readStreamMark, type StreamMark } from '../inspection/stream-mark'
import { changedBody, judgeStream } from '../journal/stream-identity'

/**
 * Throws STALE_PLAN where an entry that the plan was read with holds something else: the stream is another one by now. Where
 * the server runs no scripts that read, the times of delivery have to tell. By reading only, no body.
 */
export async function requireSameBodies(
  { reader, key }: Source,
  then: StreamMark | undefined,
  planId: string,
): Promise<void> {
  const bodies = then?.bodies ?? []
  const now = bodies.length === 0 ? null : await digestsOf(reader, key, bodies).catch(nullIfRefused)
  const id = now === null ? null : changedBody(bodies, now)
  if (id !== null) throw new AppError('STALE_PLAN', { planId, problem: message('identity.stream-anew', { id }) })
}

/** A key that is no stream any more, or is denied, is the run's to say. */
function nullIfRefused(error: unknown): null {
  if (isAppError(error, 'REDIS')) return null
  throw error
}

/**
 * The same of whatever else tells stream and group: figures that went back, a group that was made anew. `counts`: whether a
 * doubt is one, where each entry is looked at as well.
 */
export async function requireKnown(
  { reader, key, group = null }: Source & { readonly group?: Buffer | null },
  then: StreamMark | undefined,
  planId: string,
  counts: (doubt: Message) => boolean = () => true,
): Promise<void> {
  if (then === undefined) return
  const ids = (then.bodies ?? []).map(([id]) => id)
  const now = await readStreamMark(reader, key, { group, ids, known: true, consumers: group !== null })
  if (now === null || now === 'gone') return
  const { contradiction, doubts } = judgeStream(then, now, null)
  const problem = contradiction ?? doubts.find(counts)
  if (problem !== undefined) throw new AppError('STALE_PLAN', { planId, problem })
}
