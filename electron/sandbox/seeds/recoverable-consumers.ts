import type { WorkloadLine } from '../../redis/workload-client'
import { createRandom } from '../random'
import { add, createGroup, hold, MINUTE, readAndAck, SECOND, upTo, type Seed } from './lines'

export const LBS = 'checkout-input'
export const LBS_GROUP = 'checkout-group'
const CONSUMER_PREFIX = 'redis-consumer-checkout-7d9f6b-'
export const LBS_OWNERS = ['x2kqp', 'm8wzt', 'b4h7c'].map((pod) => CONSUMER_PREFIX + pod)
/** The pod that died. */
export const LBS_LOST_OWNER = `${CONSUMER_PREFIX}z9dead`

const LOCK_TTL_MS = 15 * MINUTE

/** One per entry of the load-balancer stream. */
export const DATA_STREAMS = upTo(16).map((n) => `checkout-session-${(40_960 + n * 37).toString(16)}`)

/** The key whose expiry tells the others that a data stream's owner is gone. */
export function lockKey(dataStream: string, id: string): string {
  return `${dataStream}:${id}`
}

interface OwnedStream {
  readonly id: string
  readonly dataStream: string
  readonly owner: string
}

function ownedStreams(now: number): readonly OwnedStream[] {
  return DATA_STREAMS.map((dataStream, n) => ({
    id: `${now - 50 * MINUTE + n * 45 * SECOND}-0`,
    dataStream,
    // Four of sixteen had the pod that died.
    owner: LBS_OWNERS[n % 4] ?? LBS_LOST_OWNER,
  }))
}

/**
 * A service whose pods share out whole data streams: each keeps its entry of the load-balancer stream pending for as long
 * as it owns the data stream, and a lock key alive. One pod has died: its locks have expired, and nobody took over.
 */
export function recoverableConsumersSeed(now: number): Seed {
  const random = createRandom(20)
  const owned = ownedStreams(now)
  const held = owned.flatMap(({ id, owner }, n) =>
    owner === LBS_LOST_OWNER
      ? hold(LBS, LBS_GROUP, owner, [id], { at: now - 6 * MINUTE - n * SECOND, deliveries: n > 8 ? 3 : 1 })
      : hold(LBS, LBS_GROUP, owner, [id], { at: now - random.int(1, 9) * SECOND, deliveries: random.int(1, 2) }),
  )
  return {
    lines: [
      // The client does so itself when it starts: expired locks tell it of dead owners.
      ['CONFIG', 'SET', 'notify-keyspace-events', 'Ex'],
      ...owned.map(({ id, dataStream }, n) =>
        add(LBS, id, [
          [
            'lbs-input',
            JSON.stringify({ DataStreamName: dataStream, Info: { region: n % 2 ? 'eu-west' : 'us-east', shard: n } }),
          ],
        ]),
      ),
      createGroup(LBS, LBS_GROUP),
      readAndAck(LBS, LBS_GROUP, LBS_LOST_OWNER, owned.length),
      ...held,
      ...owned
        .filter(({ owner }) => owner !== LBS_LOST_OWNER)
        .map(({ id, dataStream, owner }): WorkloadLine => ['SET', lockKey(dataStream, id), owner, 'PX', LOCK_TTL_MS]),
      ...owned.flatMap(({ dataStream }, n) =>
        upTo(30 + n).map((step) =>
          add(dataStream, `${now - 49 * MINUTE + step * 40 * SECOND}-${n}`, [
            ['step', random.pick(['basket', 'address', 'payment', 'confirm'])],
            ['session', dataStream.slice(-4)],
            ['ms', random.int(3, 900)],
          ]),
        ),
      ),
    ],
    lastSeen: [{ key: LBS, consumer: LBS_LOST_OWNER, at: now - 6 * MINUTE }],
  }
}
