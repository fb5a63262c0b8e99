import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { ConnectionProfile } from '../../../shared/model/connection'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import { toBuffer } from '../../redis/bytes'
import type { Source } from '../../redis/source'
import { readStreamMark, type StreamMark } from '../inspection/stream-mark'
import { judgeRecord, type RecordedSubject } from './judge-record'
import { meetAgain } from './meet-again'
import { judgeStream } from './stream-identity'

/**
 * Why it is not certain that what is there now is what a record was about, by reading only. Throws BAD_INPUT where it is
 * something else.
 */
export async function readDoubts(
  profile: Pick<ConnectionProfile, 'endpoint' | 'db'>,
  { reader, key }: Source,
  { group, ...then }: RecordedSubject & { readonly group: Bytes | null },
): Promise<Message[]> {
  const now = await meetAgain(profile, reader, then.server)
  const about = {
    group: group === null ? null : toBuffer(group),
    consumers: then.stream?.group?.consumers !== undefined,
  }
  const meet = (stream: Buffer, mark: StreamMark, more: typeof about = { group: null, consumers: false }) =>
    readStreamMark(reader, stream, { ...more, ids: (mark.bodies ?? []).map(([id]) => id), known: true })
  const stream = then.stream ? await meet(key, then.stream, about) : null
  const beside: Awaited<ReturnType<typeof meet>>[] = []
  for (const [name, mark] of then.beside ?? []) beside.push(await meet(toBuffer(name), mark))
  const { contradiction, doubts } = judgeRecord(then, { server: now, stream, beside })
  if (contradiction === null) return doubts
  const { server } = then
  const isElsewhere = server && (server.endpoint !== now.endpoint || server.db !== now.db)
  const remedy = isElsewhere
    ? message('undo.lead-back', { then: { endpoint: server.endpoint, db: server.db } })
    : message('identity.leave-alone')
  throw new AppError('BAD_INPUT', { field: 'recordId', problem: contradiction, remedy })
}

/**
 * While an undo makes entries pending, which nothing else looks at: throws BAD_INPUT where stream or group became something
 * else since, or something that nobody took upon themselves.
 */
export async function requireStill(
  { reader, key }: Source,
  group: Bytes | null,
  then: StreamMark,
  accepts?: readonly string[],
): Promise<void> {
  const about = { group: group === null ? null : toBuffer(group), consumers: then.group?.consumers !== undefined }
  const now = await readStreamMark(reader, key, { ...about, ids: (then.bodies ?? []).map(([id]) => id), known: true })
  // Of what is gone nothing comes back.
  if (now === null || now === 'gone') return
  const { contradiction, doubts } = judgeStream(then, now, null)
  if (contradiction === null) return requireAccepted(doubts, accepts)
  throw new AppError('BAD_INPUT', {
    field: 'recordId',
    problem: contradiction,
    remedy: message('identity.leave-alone'),
  })
}

/** Throws BAD_INPUT where there is a doubt whose code is not among those that the person took upon themselves. */
export function requireAccepted(doubts: readonly Message[] = [], accepts: readonly string[] = []): void {
  const notes = doubts.filter(({ code }) => !accepts.includes(code))
  if (notes.length === 0) return
  const [problem, remedy] = [message('undo.notes', { notes }), message('identity.look-first')]
  throw new AppError('BAD_INPUT', { field: 'accepts', problem, remedy })
}
