import { consumerHealth } from '../../../../shared/judgement/consumer-health'
import { isAppError } from '../../../../shared/error'
import type { ServerInfo } from '../../../../shared/model/connection'
import type { ConsumerHealth } from '../../../../shared/model/group'
import { nameKey } from '../../../redis/bytes'
import type { Reader } from '../../../redis/reader-writer'
import { waitingClients, type WaitingClients } from '../../../redis/waiting-clients'
import type { ConsumerInfo } from '../../../redis/xinfo'
import type { PlanFacts } from '../action'

/** Connections that may not list clients: each refusal is a line in the server's ACL LOG. */
const refused = new WeakSet<ServerInfo>()

/** Who waits in XREADGROUP; to be looked up only where somebody looks dead. Null: not told. */
export async function readWaiting(reader: Reader, server: ServerInfo): Promise<WaitingClients | null> {
  if (refused.has(server)) return null
  try {
    return await waitingClients(reader)
  } catch (error) {
    if (!isAppError(error, 'REDIS') && !isAppError(error, 'UNSUPPORTED')) throw error
    refused.add(server)
    return null
  }
}

/** As well as it is known to be: one that waits in XREADGROUP under its own name is alive, however long it has waited. */
export function healthOf(
  consumer: ConsumerInfo,
  { stalledAfterMs, waiting }: Pick<PlanFacts, 'stalledAfterMs' | 'waiting'>,
): ConsumerHealth {
  const waits = waiting?.names.has(nameKey(consumer.name)) === true
  return consumerHealth(waits ? { ...consumer, idleMs: 0 } : consumer, { stalledAfterMs })
}

/** Clients wait that are not called like a consumer of this group: one of them may be any. */
export function mayWait({ waiting, consumers }: Pick<PlanFacts, 'waiting' | 'consumers'>): boolean {
  if (waiting === null) return false
  const known = consumers.filter(({ name }) => waiting.names.has(nameKey(name))).length
  return waiting.count > known
}
