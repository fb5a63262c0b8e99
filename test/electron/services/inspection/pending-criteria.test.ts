import { describe, expect, test } from 'vitest'
import { bodyTest, rowTest, spanOf } from '../../../../electron/services/inspection/pending-criteria'
import type { RawEntry } from '../../../../electron/redis/xrange'
import { MAX_ID } from '../../../../shared/entry-id'
import { asksForBody, type Criteria } from '../../../../shared/model/selection'
import { queryOf } from '../../../helpers/query-of'

const NOW = 1_700_000_000_000
const row = {
  id: '1620973121009-10',
  consumer: Buffer.from('worker-3'),
  deliveries: 4,
  deliveredBy: NOW - 60_000,
}
const entry = (...fields: readonly (string | Buffer)[]): RawEntry => ({
  id: '1-1',
  fields: fields.map((part) => Buffer.from(part)),
})

describe('a pending entry', () => {
  test.each<[string, Criteria, boolean]>([
    ['matches when nothing is asked for', {}, true],
    ['matches by its consumer', { consumers: ['a', 'worker-3'] }, true],
    ['does not match by another one’s name', { consumers: ['worker-33', 'worker-'] }, false],
    ['matches at exactly the min idle', { minIdleMs: 60_000 }, true],
    ['does not match a millisecond below it', { minIdleMs: 60_001 }, false],
    ['matches at exactly the fewest deliveries', { minDeliveries: 4 }, true],
    ['does not match below', { minDeliveries: 5 }, false],
    ['matches at exactly the most deliveries', { maxDeliveries: 4 }, true],
    ['does not match above', { maxDeliveries: 3 }, false],
    ['matches at the first id', { from: '1620973121009-10' }, true],
    ['matches at the last id', { to: '1620973121009-10' }, true],
    ['does not match before the range', { from: '1620973121009-11' }, false],
    ['does not match after it: ids are no text', { to: '1620973121009-9' }, false],
    ['does not match when one of many things does not', { minIdleMs: 1, minDeliveries: 4, consumers: ['b'] }, false],
  ])('%s', (_what, criteria, expected) => {
    expect(rowTest(criteria, NOW)(row)).toBe(expected)
  })

  test('of a binary consumer matches by bytes', () => {
    const binary = { ...row, consumer: Buffer.from([0xff, 0x00]) }
    expect(rowTest({ consumers: [{ base64: '/wA=' }] }, NOW)(binary)).toBe(true)
    expect(rowTest({ consumers: ['\ufffd\u0000'] }, NOW)(binary)).toBe(false)
  })

  test('delivered more often than a number can tell matches all the same', () => {
    const often = { ...row, deliveries: 9_223_372_036_854_775_807n }
    expect(rowTest({ minDeliveries: Number.MAX_SAFE_INTEGER }, NOW)(often)).toBe(true)
    expect(rowTest({ maxDeliveries: Number.MAX_SAFE_INTEGER }, NOW)(often)).toBe(false)
  })

  test('never comes to match by waiting: its idle time is that of the plan’s moment', () => {
    const fresh = { ...row, deliveredBy: NOW + 5 }
    expect(rowTest({ minIdleMs: 1 }, NOW)(fresh)).toBe(false)
  })
})

describe('an entry’s body', () => {
  const like = (text: string): Criteria => ({ query: queryOf(text) })
  test.each<[string, Criteria, RawEntry | null, boolean]>([
    ['matches when nothing is asked for', {}, entry('a', '1'), true],
    ['matches when gone and nothing is asked for', {}, null, true],
    ['is in the stream', { presence: 'in stream' }, entry('a', '1'), true],
    ['is not in the stream', { presence: 'in stream' }, null, false],
    ['is gone', { presence: 'gone' }, null, true],
    ['is not gone', { presence: 'gone' }, entry('a', '1'), false],
    ['is', like('a=1'), entry('a', '1'), true],
    ['is not a part of it', like('a=1'), entry('a', '11'), false],
    ['contains', like('a:ell'), entry('a', 'hello'), true],
    ['has in it, by a path', like('body.sku=A1'), entry('body', '{"sku":"A1"}'), true],
    ['matches a pattern', like('a~/^h.*o$/'), entry('a', 'hello'), true],
    ['matches none', like('a~/^e/'), entry('a', 'hello'), false],
    ['has not', like('-a:x'), entry('a', 'hello'), true],
    ['one of two', like('a=2 OR b=c'), entry('b', 'c'), true],
    ['has no fields when gone', like('has:a'), null, false],
    ['has none that are not there either when gone: nobody can tell', like('-has:a'), null, false],
    ['is gone and has a field, which nothing can', { presence: 'gone', ...like('has:a') }, null, false],
  ])('%s', async (_what, criteria, body, expected) => {
    expect((await bodyTest(criteria))(body)).toBe(expected)
  })

  test('matches by bytes', async () => {
    const isIt = await bodyTest(like('"\\xff":"\\xfe"'))
    expect(isIt(entry(Buffer.from([0xff]), Buffer.from([1, 0xfe])))).toBe(true)
    expect(isIt(entry('\ufffd', '\ufffd'))).toBe(false)
  })

  test('is read only where it is asked for', () => {
    expect(asksForBody({ minIdleMs: 1, consumers: ['a'] })).toBe(false)
    expect(asksForBody({ presence: 'gone' })).toBe(true)
    expect(asksForBody(like('has:a'))).toBe(true)
  })
})

test('a walk ends where the list ended when the plan was made, or before', () => {
  expect(spanOf({}, '9-0')).toEqual({ from: '-', to: '9-0' })
  expect(spanOf({ from: '2-0', to: '10-0' }, '9-0')).toEqual({ from: '2-0', to: '9-0' })
  expect(spanOf({ to: '3-0' }, '9-0')).toEqual({ from: '-', to: '3-0' })
  expect(spanOf({}, null)).toEqual({ from: '-', to: MAX_ID })
})
