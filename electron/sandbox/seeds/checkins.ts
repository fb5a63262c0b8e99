import type { WorkloadLine } from '../../redis/workload-client'
import { createRandom } from '../random'
import { add, createGroup, readAndAck, upTo, type Seed } from './lines'

export const CHECKINS = 'ncc:checkins'
export const CHECKINS_GROUP = 'checkinConsumers'
export const CHECKINS_LAST_ID = '1609605876514-0'

const ENTRIES = 800
/** How long both consumers have been idle, ms. */
const IDLE = 2_262_000

/** Check-ins of users at locations, all processed by two consumers that have had nothing to do since: no fault at all. */
export function checkinsSeed(now: number): Seed {
  const random = createRandom(40)
  const last = Number(CHECKINS_LAST_ID.slice(0, 13))
  const ids = upTo(ENTRIES).map((n) => {
    const back = (ENTRIES - 1 - n) * 4_700
    return `${last - back - (back > 0 ? random.int(0, 4_000) : 0)}-0`
  })
  return {
    lines: [
      ...ids.map((id) =>
        add(CHECKINS, id, [
          ['locationId', random.int(1, 200)],
          ['userId', random.int(1, 1_000)],
          ['starRating', random.int(0, 5)],
        ]),
      ),
      createGroup(CHECKINS, CHECKINS_GROUP),
      readAndAck(CHECKINS, CHECKINS_GROUP, 'consumer1', ENTRIES / 2),
      readAndAck(CHECKINS, CHECKINS_GROUP, 'consumer2', ENTRIES / 2),
      ...upTo(25).flatMap((n): readonly WorkloadLine[] => [
        [
          'HSET',
          `ncc:users:${100 + n}`,
          'id',
          100 + n,
          'numCheckins',
          random.int(1, 9_000),
          'lastSeenAt',
          random.int(1, 200),
        ],
        ['HSET', `ncc:locations:${n}`, 'id', n, 'name', `Location ${n}`, 'numStars', random.int(1, 9_000)],
      ]),
    ],
    lastSeen: [
      { key: CHECKINS, consumer: 'consumer1', at: now - IDLE - 915 },
      { key: CHECKINS, consumer: 'consumer2', at: now - IDLE - 2_120 },
    ],
  }
}
