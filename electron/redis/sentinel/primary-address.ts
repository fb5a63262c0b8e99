import { isAppError } from '../../../shared/error'
import type { NodeAddress } from '../cluster/slot-map'
import type { Reader } from '../reader-writer'
import { asList, asNumber, asRecord, asText, type Reply } from '../reply'

/** Whom a sentinel takes for the primary. */
export interface NamedPrimary {
  readonly address: NodeAddress
  /** Of that configuration: the one with the highest is the newest, and the others are to be forgotten. */
  readonly epoch: number
}

/** Peers that one sentinel may name: more than anybody runs. */
const MOST_PEERS = 50
const MOST_PRIMARIES = 50

/**
 * SENTINEL MASTER. Null: this sentinel knows none of that name. Throws REDIS, UNREACHABLE, ReplyShapeError.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#sentinel-commands
 */
export async function namedPrimary(reader: Reader, name: string): Promise<NamedPrimary | null> {
  try {
    const reply = await reader.call('SENTINEL', 'MASTER', name)
    return { address: addressIn(reply), epoch: asNumber(asRecord(reply).get('config-epoch') ?? '0') }
  } catch (error) {
    if (isAppError(error, 'REDIS') && /No such master/i.test(error.data.reply)) return null
    throw error
  }
}

/** SENTINEL MASTERS: whom it watches, by name. Throws REDIS, UNSUPPORTED, UNREACHABLE, ReplyShapeError. */
export async function watchedPrimaries(reader: Reader): Promise<readonly string[]> {
  const reply = asList(await reader.call('SENTINEL', 'MASTERS'))
  return reply.slice(0, MOST_PRIMARIES).map((each) => asText(asRecord(each).get('name')))
}

/** SENTINEL SENTINELS: the other sentinels of that primary, as this one knows them. Throws as above. */
export async function namedPeers(reader: Reader, name: string): Promise<readonly NodeAddress[]> {
  const reply = asList(await reader.call('SENTINEL', 'SENTINELS', name))
  return reply.slice(0, MOST_PEERS).map(addressIn)
}

function addressIn(reply: Reply): NodeAddress {
  const fields = asRecord(reply)
  return { host: asText(fields.get('ip')), port: asNumber(fields.get('port')) }
}
