import { z } from 'zod'
import type { Bytes } from '../../../../shared/bytes'
import { AppError } from '../../../../shared/error'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import type { Message } from '../../../../shared/model/message'
import { message } from '../../../../shared/words/messages'
import { toBuffer } from '../../../redis/bytes'
import { readServerMark } from '../../../redis/server-mark'
import type { Source } from '../../../redis/source'
import { readStreamMark, streamMark, type StreamMark } from '../../inspection/stream-mark'
import { identityOf, metServer, serverIdentity, type ServerIdentity } from '../../journal/identity'
import { judgeRecord } from '../../journal/judge-record'
import { meetAgain } from '../../journal/meet-again'
import { createSeenHoldings, type SeenHoldings } from '../selection/seen-holdings'
import type { Selected } from '../selection/selected'

/** Of so many entries it is kept who held each. */
const MOST_HELD = 100_000

const content = z.object({
  server: serverIdentity,
  stream: streamMark.optional(),
  /** See `SeenHoldings.kept`, as base64; null: of too many. */
  holdings: z.string().nullable(),
})

/** What a plan was made of, beyond its process: a later plan is only of what is left of that. */
export interface KeptPlan extends Pick<z.infer<typeof content>, 'server' | 'stream'> {
  /** Null: there were too many entries to keep who held each. */
  readonly holdings: SeenHoldings | null
}

type Profile = Pick<ConnectionProfile, 'endpoint' | 'db'>

/** Asks the server who it is. */
export async function readIdentity(profile: Profile, { reader }: Source): Promise<ServerIdentity> {
  return identityOf(metServer(profile, await readServerMark(reader)))
}

/** As a text that nobody but Sluice reads. */
export function keepPlan(
  server: ServerIdentity,
  { stream, selected }: { readonly stream: StreamMark | undefined; readonly selected: Selected },
): string {
  const holdings = holdingsOf(selected).kept(MOST_HELD)?.toString('base64') ?? null
  return JSON.stringify({ server, stream, holdings } satisfies z.infer<typeof content>)
}

function holdingsOf(selected: Selected): SeenHoldings {
  if (selected.kind === 'matching') return selected.seen
  const seen = createSeenHoldings()
  seen.add([...selected.holdings].map(([id, { consumer, deliveries }]) => ({ id, consumer, deliveries })))
  return seen
}

/** Throws BAD_INPUT where it is no such text. */
export function readKeptPlan(text: string): KeptPlan {
  const { data } = content.safeParse(parsed(text))
  if (data === undefined) {
    const [problem, remedy] = [message('plan.not-kept'), message('plan.make-again')]
    throw new AppError('BAD_INPUT', { field: 'then', problem, remedy })
  }
  const { server, stream, holdings } = data
  return { server, stream, holdings: holdings === null ? null : createSeenHoldings(Buffer.from(holdings, 'base64')) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * Why it is not certain that what is there now is what that plan was made of, by reading only. Throws STALE_PLAN where it is
 * something else.
 */
export async function doubtsOfKept(
  profile: Profile,
  { reader, key }: Source,
  group: Bytes,
  { server, stream, holdings }: KeptPlan,
): Promise<Message[]> {
  const now = await meetAgain(profile, reader, server)
  const ids = (stream?.bodies ?? []).map(([id]) => id)
  const met = await readStreamMark(reader, key, { group: toBuffer(group), ids, known: true, consumers: true })
  const { contradiction, doubts } = judgeRecord({ server, stream }, { server: now, stream: met })
  if (contradiction !== null) throw new AppError('STALE_PLAN', { planId: '', problem: contradiction })
  const isStreamTold = stream !== undefined && met !== null
  return [
    ...doubts,
    ...(isStreamTold ? [] : [message('plan.stream-untold')]),
    ...(holdings === null ? [message('plan.holders-not-kept', { most: MOST_HELD })] : []),
  ]
}
