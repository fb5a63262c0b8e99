import { AppError, isAppError } from '../../../shared/error'
import type { ConnectionProfile } from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import type { RedisClient } from '../../redis/client'
import { readServerMark } from '../../redis/server-mark'
import { identityOf, judgeRun, metServer, type ServerIdentity } from '../journal/identity'

/** The one server that a record is about. */
export interface BoundServer {
  readonly identity: ServerIdentity
  /** Nothing was lost since it was last made sure of: a connection never changes its server. */
  isSure(): boolean
  /** Asks the server who it is. Throws STALE_PLAN where that does not prove it the same; then nothing may be sent. */
  requireSame(): Promise<void>
  /** How far its history of replication went by now; undefined: it has none, or can't be asked at once. */
  now(): Promise<ServerIdentity | undefined>
}

/** Where nothing was asked yet. */
const NO_LINE = -1

/** Asks the server who it is, for the record and for what is sent later; where that is lost, nothing will be sent. */
export async function bindServer(
  client: Pick<RedisClient, 'reader' | 'line'>,
  profile: Pick<ConnectionProfile, 'endpoint' | 'db'>,
): Promise<BoundServer> {
  let sureOf = client.line()
  const meet = async () => metServer(profile, await readServerMark(client.reader))
  const met = await meet().catch((error: unknown) => {
    if (!isAppError(error, 'UNREACHABLE')) throw error
    sureOf = NO_LINE
    return metServer(profile, null)
  })
  const identity = identityOf(met)
  const makeSure = async (): Promise<void> => {
    while (sureOf !== client.line()) {
      const line = client.line()
      const verdict = judgeRun(identity, await meet())
      if (verdict.state !== 'same') {
        throw new AppError('STALE_PLAN', { planId: '', problem: message('plan.server-changed', { why: verdict.why }) })
      }
      sureOf = line
    }
  }
  let asking: Promise<void> | null = null
  return {
    identity,
    isSure: () => sureOf === client.line(),
    async now() {
      if (identity.offset === undefined || sureOf !== client.line()) return undefined
      return meet().then(identityOf, () => undefined)
    },
    requireSame() {
      // The commands of a batch are sent together, and in their order.
      asking ??= makeSure().finally(() => {
        asking = null
      })
      return asking
    },
  }
}
