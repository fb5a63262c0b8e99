import { isAppError, AppError } from '../../../shared/error'
import { message } from '../../../shared/words/messages'
import { fromBuffer } from '../../redis/bytes'
import type { KeyProbeName } from '../../redis/probe'
import { requireCapability } from '../connections/require-capability'
import type { JobServices } from './job-services'

/** A command that something can't do without, and the key that it changes. */
export interface Need {
  readonly name: KeyProbeName
  readonly key: Buffer
}

/** Throws UNSUPPORTED where the server lacks a command, or its user had not the right to it when it connected. */
export function requireHad(
  { server }: Pick<JobServices, 'server'>,
  connectionId: string,
  needs: readonly Need[],
): void {
  for (const { name, key } of needs) requireCapability(server(connectionId, fromBuffer(key)), name)
}

/**
 * Asks the server now, for each key: rights may differ by key, and may have been taken away since. Throws UNSUPPORTED with
 * what is not allowed. For plans: a run that is refused in its midst says so itself.
 */
export async function requireAllowed(
  services: Pick<JobServices, 'server' | 'probe'>,
  connectionId: string,
  needs: readonly Need[],
): Promise<void> {
  requireHad(services, connectionId, needs)
  for (const { name, key } of needs) {
    const refusal = await services.probe(connectionId, name, key)
    if (!isAppError(refusal, 'REDIS')) continue
    const { prefix } = refusal.data
    if (prefix === 'READONLY')
      throw new AppError('UNSUPPORTED', { feature: name, reason: message('connection.replica') })
    if (prefix !== 'NOPERM') continue
    const { user } = services.server(connectionId, fromBuffer(key))
    const reason = message('connection.not-allowed-on', { name, user, key: fromBuffer(key) })
    throw new AppError('UNSUPPORTED', { feature: name, reason })
  }
}
