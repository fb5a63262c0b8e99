import { createRandom, type Random } from '../random'
import { add, at, createGroup, hold, HOUR, MINUTE, readAndAck, upTo, type FieldList, type Seed } from './lines'

export const TWEETS = 'tweets_stream'
export const TWEETS_GROUP = 'redisearch_app_group'
export const TWEETS_CONSUMER = 'consumer-1f20d41d-e63e-40d2-bc0f-749f11f15026'
export const TWEETS_MONITOR = 'monitoring_app'

/** The pending list's ends, and who holds how much of it. */
const SMALLEST = '1620973121009-0'
const GREATEST = '1621054539960-0'
const HELD_BY_MONITOR = 206
const ENTRIES = 1_240
/** Entries that were processed and acked before the first that was not. */
const BEFORE = 160

/**
 * A tweets processor and its monitor, both gone: 209 entries pending since May 2021, of which the monitor had claimed all
 * but three. What was processed became a hash each.
 */
export function tweetsSeed(now: number): Seed {
  const random = createRandom(10)
  const ids = tweetIds(random)
  const pendingFrom = ids.indexOf(SMALLEST)
  const between = ids.slice(pendingFrom + 1, -1).filter((_, n) => n % 5 === 0)
  const monitored = [SMALLEST, ...between.slice(0, HELD_BY_MONITOR - 1)]
  const unclaimed = [at(between, HELD_BY_MONITOR), at(between, HELD_BY_MONITOR + 2), GREATEST]
  const often = monitored.slice(0, 40)
  return {
    lines: [
      ...ids.map((id, n) => add(TWEETS, id, tweetFields(random, n))),
      createGroup(TWEETS, TWEETS_GROUP),
      readAndAck(TWEETS, TWEETS_GROUP, TWEETS_CONSUMER, ids.length),
      ...hold(TWEETS, TWEETS_GROUP, TWEETS_MONITOR, often, { at: now - 14 * MINUTE, deliveries: 7 }),
      ...hold(TWEETS, TWEETS_GROUP, TWEETS_MONITOR, monitored.slice(40), { at: now - 14 * MINUTE, deliveries: 2 }),
      ...hold(TWEETS, TWEETS_GROUP, TWEETS_CONSUMER, unclaimed, { at: now - 3 * HOUR }),
      ...upTo(60).map((n) => ['HSET', `tweet:${n}`, ...tweetFields(random, n).flat()] as const),
    ],
    lastSeen: [
      { key: TWEETS, consumer: TWEETS_CONSUMER, at: now - 3 * HOUR },
      { key: TWEETS, consumer: TWEETS_MONITOR, at: now - 14 * MINUTE },
    ],
  }
}

function tweetIds(random: Random): readonly string[] {
  const first = Number(SMALLEST.slice(0, 13))
  const last = Number(GREATEST.slice(0, 13))
  const step = Math.floor((last - first) / (ENTRIES - BEFORE))
  const before = upTo(BEFORE).map((n) => `${first - (BEFORE - n) * 9_000 + random.int(0, 8_000)}-0`)
  const after = upTo(ENTRIES - BEFORE - 2).map(
    (n) => `${first + (n + 1) * step - random.int(0, step - 2)}-${random.int(0, 1)}`,
  )
  return [...before, SMALLEST, ...after, GREATEST]
}

function tweetFields(random: Random, number: number): FieldList {
  const topic = random.pick(['redis', 'cloud', 'golang', 'streams', 'kubernetes', 'async'])
  const text = random.pick([
    'Consumer groups finally clicked for me today',
    'That outage had nothing to do with us. Probably.',
    'Reading about append-only logs over breakfast ☕',
    'Ich mag Datenströme',
    'いい天気ですね',
    'يوم جميل للبرمجة',
  ])
  return [
    ['id', `139310${(7_000_000 + number * 37).toString()}`],
    ['user', random.pick(['ada', 'grace', 'linus', 'barbara', 'edsger', 'margaret'])],
    ['text', `${text} #${topic}`],
    ['location', random.pick(['Berlin', 'Tel Aviv', '東京', 'São Paulo', 'unknown'])],
    ['hashtags', topic],
  ]
}
