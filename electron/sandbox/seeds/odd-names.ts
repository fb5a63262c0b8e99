import type { WorkloadLine } from '../../redis/workload-client'
import { add, createGroup, hold, HOUR, MINUTE, readAndAck, upTo, type Seed } from './lines'

type Name = Buffer | string

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

/** Not UTF-8, in ways that text handling trips over: a lone continuation byte, a cut sequence, a surrogate half, a NUL. */
export const BINARY_KEY = bytes('0001fffe80c328edaf80')
export const BINARY_GROUP = bytes('fffefd00')
export const BINARY_CONSUMER = bytes('c0afc0ae')

const NAMES: readonly (readonly [key: Name, group: Name, consumer: Name])[] = [
  [BINARY_KEY, BINARY_GROUP, BINARY_CONSUMER],
  [Buffer.concat([Buffer.from('odd:latin1:caf'), bytes('e9')]), bytes('67727565df65'), bytes('6dfc6c6c6572')],
  ['odd:עברית:הזמנות', 'קבוצה', 'צרכן-1'],
  ['odd:العربية:طلبات', 'مجموعة', 'مستهلك ١'],
  ['odd:emoji:🚚📦', '👩‍👩‍👧‍👦', '🤖-1'],
  ['odd:日本語', '処理班', '担当者その一'],
  ['odd:white space\tand\nnew line', ' group with spaces ', 'con"sumer\\'],
  ['odd:looks-like:"quotes" & <b>html</b>', "it's", '<img src=x>'],
  ['odd:direction:\u202egnp.exe', 'over\u202eride', 'zero\u200bwidth'],
  ['odd::empty::segments:', 'g', 'c'],
  [`odd:long:${'a-very-long-name-'.repeat(60)}`, 'g'.repeat(300), `consumer-${'0123456789'.repeat(30)}`],
  ['odd:combining:e\u0301 vs \u00e9', 'e\u0301', '\u00e9'],
  ['', 'the stream without a name', 'c'],
]

/** Streams, groups, consumers, fields and values with every kind of name that Redis allows and screens get wrong. */
export function oddNamesSeed(now: number): Seed {
  return { lines: [...NAMES.flatMap((names, n) => oddStream(names, n, now)), ...oddIds(now), ...oddFields(now)] }
}

function oddStream([key, group, consumer]: (typeof NAMES)[number], n: number, now: number): readonly WorkloadLine[] {
  const ids = upTo(8).map((step) => `${now - 2 * HOUR + n * MINUTE + step}-0`)
  return [
    ...ids.map((id, step) =>
      add(key, id, [
        ['text', `entry ${step + 1}`],
        [bytes('ff00fe'), bytes('deadbeef00ff')],
        ['mixed', 'שלום hello 👋 مرحبا'],
      ]),
    ),
    createGroup(key, group),
    readAndAck(key, group, consumer, 6),
    ...hold(key, group, consumer, ids.slice(2, 6), { at: now - 30 * MINUTE, deliveries: 1 + n }),
  ]
}

/** Ids that are no times, and the greatest there is: nothing can be added after it. */
function oddIds(now: number): readonly WorkloadLine[] {
  const counted = upTo(20).map((n) => add('odd:ids:counted', `${n + 1}-${n}`, [['n', n]]))
  return [
    ...counted,
    add('odd:ids:greatest', '9007199254740993-1', [['note', 'past the integers that a double holds']]),
    add('odd:ids:greatest', '18446744073709551615-18446744073709551615', [['note', 'the end']]),
    createGroup('odd:ids:greatest', 'g'),
    add('odd:expiring', `${now - MINUTE}-0`, [['note', 'this stream expires within a day']]),
    ['EXPIRE', 'odd:expiring', 86_400],
    add('odd:deleted-inside', '1-1', [['n', 1]]),
    add('odd:deleted-inside', '2-1', [['n', 2]]),
    add('odd:deleted-inside', '3-1', [['n', 3]]),
    createGroup('odd:deleted-inside', 'lag unknown'),
    readAndAck('odd:deleted-inside', 'lag unknown', 'reader', 1),
    ['XDEL', 'odd:deleted-inside', '2-1'],
  ]
}

function oddFields(now: number): readonly WorkloadLine[] {
  return [
    add('odd:fields', `${now - HOUR}-0`, [
      [bytes('00'), bytes('00')],
      ['', ''],
      ['tab\there', 'line one\nline two\r\nline three'],
      ['__proto__', 'constructor'],
      ['n'.repeat(2_000), 'a field with a long name'],
      [bytes('efbbbf6e616d65'), 'a name that begins with a byte order mark'],
      ['اسم', 'قيمة'],
      ['🏷️', '🚚🚚🚚'],
      ['cut utf-8', bytes('e29c')],
    ]),
  ]
}
