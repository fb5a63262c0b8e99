import { createRandom } from '../random'
import { nestFields } from './bodies'
import { add, createGroup, hold, HOUR, MINUTE, readAndAck, SECOND, upTo, type Seed } from './lines'

export const EXAMPLE = 'example-stream'
export const EXAMPLE_GROUPS = ['example-group', 'example-group-2'] as const
export const EXAMPLE_CONSUMERS = ['example-consumer', 'example-consumer-2'] as const

const ENTRIES = 600

/** Two groups of a NestJS service on one stream: the first keeps up, the second stopped part of the way with entries in hand. */
export function twoGroupsSeed(now: number): Seed {
  const random = createRandom(50)
  const ids = upTo(ENTRIES).map((n) => `${now - HOUR + n * 5_950}-0`)
  const [first, second] = EXAMPLE_GROUPS
  const [keeping, stopped] = EXAMPLE_CONSUMERS
  return {
    lines: [
      ...ids.map((id, n) => add(EXAMPLE, id, nestFields(random, n))),
      createGroup(EXAMPLE, first),
      createGroup(EXAMPLE, second),
      readAndAck(EXAMPLE, first, keeping, ENTRIES),
      ...hold(EXAMPLE, first, keeping, ids.slice(-6), { at: now - 2 * SECOND }),
      readAndAck(EXAMPLE, second, stopped, 420),
      ...hold(EXAMPLE, second, stopped, ids.slice(395, 420), { at: now - 17 * MINUTE, deliveries: 2 }),
    ],
    lastSeen: [{ key: EXAMPLE, consumer: stopped, at: now - 17 * MINUTE }],
  }
}
