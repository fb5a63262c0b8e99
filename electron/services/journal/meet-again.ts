import type { ConnectionProfile } from '../../../shared/model/connection'
import type { Reader } from '../../redis/reader-writer'
import { hasEverFollowed, readServerMark } from '../../redis/server-mark'
import { isHistoryUntold, metServer, type MetServer, type ServerIdentity } from './identity'

/** The server as it is now, with all that judging it by what it was then takes. Throws UNREACHABLE. */
export async function meetAgain(
  profile: Pick<ConnectionProfile, 'endpoint' | 'db'>,
  reader: Reader,
  then: ServerIdentity | undefined,
): Promise<MetServer> {
  const met = metServer(profile, await readServerMark(reader))
  if (then === undefined || !isHistoryUntold(then, met.mark)) return met
  return { ...met, hasFollowed: await hasEverFollowed(reader) }
}
