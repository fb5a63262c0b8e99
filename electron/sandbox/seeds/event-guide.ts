import { createRandom } from '../random'
import { jobFields, userEventFields } from './bodies'
import { add, createGroup, hold, HOUR, MINUTE, readAndAck, SECOND, upTo, type Seed } from './lines'

export const WORK_QUEUE = 'work_queue'
export const WORK_GROUP = 'workers'
export const WORKERS = ['worker_1', 'worker_2', 'worker_3'] as const
export const RECOVERY_WORKER = 'recovery_worker'

/**
 * What an async client's guide to streams leaves behind: events that are only read, notifications that are tailed, and a
 * queue that three workers share, one of which stopped with entries in hand.
 */
export function eventGuideSeed(now: number): Seed {
  const random = createRandom(30)
  const events = upTo(420).map((n) =>
    add('user_events', `${now - 3 * HOUR + n * 25 * SECOND}-0`, userEventFields(random)),
  )
  const notifications = upTo(60).map((n) =>
    add('notifications', `${now - 2 * HOUR + n * 2 * MINUTE}-0`, [
      ['type', random.pick(['welcome', 'reminder', 'alert'])],
      ['user_id', random.int(100, 999)],
      [
        'text',
        random.pick(['Welcome aboard!', 'Your basket misses you', 'A new sign-in from Lisbon', 'שלום, ברוך הבא 👋']),
      ],
    ]),
  )
  const jobs = upTo(260).map((n) => `${now - 2 * HOUR + n * 27 * SECOND}-0`)
  return {
    lines: [
      ...events,
      ...notifications,
      ...jobs.map((id, n) => add(WORK_QUEUE, id, jobFields(random, n))),
      createGroup(WORK_QUEUE, WORK_GROUP),
      ...[...WORKERS, RECOVERY_WORKER].map((worker) => readAndAck(WORK_QUEUE, WORK_GROUP, worker, jobs.length / 4)),
      ...hold(WORK_QUEUE, WORK_GROUP, 'worker_1', jobs.slice(-6, -3), { at: now - 9 * SECOND }),
      ...hold(WORK_QUEUE, WORK_GROUP, 'worker_3', jobs.slice(-3), { at: now - 5 * SECOND }),
      ...hold(WORK_QUEUE, WORK_GROUP, 'worker_2', jobs.slice(-24, -13), { at: now - 4 * MINUTE }),
      ...hold(WORK_QUEUE, WORK_GROUP, RECOVERY_WORKER, jobs.slice(-40, -38), { at: now - 50 * SECOND, deliveries: 2 }),
    ],
    lastSeen: [
      { key: WORK_QUEUE, consumer: 'worker_2', at: now - 4 * MINUTE },
      { key: WORK_QUEUE, consumer: RECOVERY_WORKER, at: now - 50 * SECOND },
    ],
  }
}
