import { z } from 'zod'
import { AppError } from '../../../shared/error'
import type { ConnectionProfile } from '../../../shared/model/connection'
import { endpointName } from '../../redis/dial'
import { message } from '../../../shared/words/messages'

/** Where a connection leads: `host:port` or `unix:path`, and the database. */
export const serverIdentity = z.object({ endpoint: z.string(), db: z.int() })
export type ServerIdentity = z.infer<typeof serverIdentity>

/** What the journal keeps of the server: where a connection leads. Names and passwords may change. */
export function serverOf(profile: Pick<ConnectionProfile, 'endpoint' | 'db'>): ServerIdentity {
  return { endpoint: endpointName(profile), db: profile.db }
}

/** Throws BAD_INPUT where the connection leads elsewhere than it did. */
export function requireSameServer(then: ServerIdentity, now: ServerIdentity): void {
  if (then.endpoint === now.endpoint && then.db === now.db) return
  const problem = message('undo.other-server', { then, now })
  throw new AppError('BAD_INPUT', { field: 'recordId', problem, remedy: message('undo.lead-back', { then }) })
}
