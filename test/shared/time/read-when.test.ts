import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readWhen, withZone, type WhenContext } from '../../../shared/time/read-when'
import { formatInZone } from '../../../shared/time/zone'
import { whenWords } from '../../../shared/words/en/when-words'

const NOW = Date.parse('2026-05-15T12:00:00.250Z')
const LAST = '18446744073709551615'
const read = (typed: string, context: Partial<WhenContext> = {}) =>
  readWhen(typed, { bound: 'low', nowMs: NOW, zone: 'UTC', ...context })
const at = (iso: string) => Date.parse(iso)

describe('an id', () => {
  it.each([
    ['1620973121009-7', '1620973121009-7'],
    [' 1620973121009 ', '1620973121009-0'],
    ['0', '0-0'],
    ['4711', '4711-0'],
    ['18446744073709551615', `${LAST}-0`],
    [`${LAST}-${LAST}`, `${LAST}-${LAST}`],
  ])('%j is %s', (typed, id) => {
    expect(read(typed)).toMatchObject({ id })
  })
  it('as an end means the last of its millisecond, where it says no more', () => {
    expect(read('1620973121009', { bound: 'high' })).toMatchObject({ id: `1620973121009-${LAST}` })
    expect(read('1620973121009-7', { bound: 'high' })).toEqual({ id: '1620973121009-7', atMs: null })
  })
})

describe('a time', () => {
  it.each([
    ['1621061739', '2021-05-15T06:55:39.000Z'],
    ['1621061739.960', '2021-05-15T06:55:39.960Z'],
    ['1621061739960', '2021-05-15T06:55:39.960Z'],
    ['1621061739960123', '2021-05-15T06:55:39.960Z'],
    ['2021-05-15 4:55', '2021-05-15T04:55:00Z'],
    ['2021-05-15', '2021-05-15T00:00:00Z'],
    ['2021-05-15 06:55:39.960Z', '2021-05-15T06:55:39.960Z'],
    ['2021-05-15T06:55:39.960123456Z', '2021-05-15T06:55:39.960Z'],
    ['2021-05-15t06:55:39,9z', '2021-05-15T06:55:39.900Z'],
    ['2021-05-15T06:55 UTC', '2021-05-15T06:55:00Z'],
    ['2021-05-15T06:55+02:00', '2021-05-15T04:55:00Z'],
    ['2021-05-15 06:55 -0330', '2021-05-15T10:25:00Z'],
    ['2021-05-15T06:55+02', '2021-05-15T04:55:00Z'],
    ['2021-5-5', '2021-05-05T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['03:00', '2026-05-15T03:00:00Z'],
    ['3:00', '2026-05-15T03:00:00Z'],
    // Today it has not been yet.
    ['23:00', '2026-05-14T23:00:00Z'],
    ['12:00:00.250', '2026-05-15T12:00:00.250Z'],
    ['03:00+02:00', '2026-05-15T01:00:00Z'],
    // It is the 15th there already.
    ['23:30 -01:00', '2026-05-15T00:30:00Z'],
    ['today', '2026-05-15T00:00:00Z'],
    ['yesterday', '2026-05-14T00:00:00Z'],
    ['yesterday 14:00', '2026-05-14T14:00:00Z'],
    ['Yesterday at 14:00', '2026-05-14T14:00:00Z'],
    ['now', '2026-05-15T12:00:00.250Z'],
    ['10m', '2026-05-15T11:50:00.250Z'],
    ['1h30m', '2026-05-15T10:30:00.250Z'],
    ['1 h 30 min ago', '2026-05-15T10:30:00.250Z'],
    ['2 h ago', '2026-05-15T10:00:00.250Z'],
    ['1.5h', '2026-05-15T10:30:00.250Z'],
    ['3d', '2026-05-12T12:00:00.250Z'],
    ['1w', '2026-05-08T12:00:00.250Z'],
    ['250ms', '2026-05-15T12:00:00.000Z'],
  ])('%j is %s', (typed, iso) => {
    expect(read(typed)).toEqual({ id: `${at(iso)}-0`, atMs: at(iso) })
  })

  it.each([
    ['2021-05-15', '2021-05-15T23:59:59.999Z'],
    ['2021-05-15+02:00', '2021-05-15T21:59:59.999Z'],
    ['yesterday', '2026-05-14T23:59:59.999Z'],
    ['yesterday 14:00', '2026-05-14T14:00:00.000Z'],
  ])('as an end, %j is %s', (typed, iso) => {
    expect(read(typed, { bound: 'high' })).toEqual({ id: `${at(iso)}-${LAST}`, atMs: at(iso) })
  })

  it.each([
    ['Europe/Berlin', '2026-07-01 14:00', '2026-07-01T12:00:00Z'],
    ['Europe/Berlin', '2026-01-01 14:00', '2026-01-01T13:00:00Z'],
    ['America/New_York', '2026-07-01 00:30', '2026-07-01T04:30:00Z'],
    ['Asia/Kathmandu', '2026-07-01 12:00', '2026-07-01T06:15:00Z'],
    ['Pacific/Kiritimati', '2026-01-01 00:00', '2025-12-31T10:00:00Z'],
    ['Asia/Tokyo', 'yesterday 23:00', '2026-05-14T14:00:00Z'],
    ['America/Los_Angeles', 'today', '2026-05-15T07:00:00Z'],
    ['Australia/Lord_Howe', '2026-01-01 12:00', '2026-01-01T01:00:00Z'],
    // Named zones win over the usual one.
    ['Asia/Tokyo', '2026-07-01 12:00Z', '2026-07-01T12:00:00Z'],
    // The hours beside the change.
    ['Europe/Berlin', '2026-03-29 01:59', '2026-03-29T00:59:00Z'],
    ['Europe/Berlin', '2026-03-29 03:00', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-10-25 01:59', '2026-10-24T23:59:00Z'],
    ['Europe/Berlin', '2026-10-25 03:00', '2026-10-25T02:00:00Z'],
    ['America/New_York', '2026-11-01 02:00', '2026-11-01T07:00:00Z'],
    // A day that begins at one o’clock.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z'],
    ['Africa/Cairo', '2024-04-26', '2024-04-25T22:00:00Z'],
  ])('in %s, %j is %s', (zone, typed, iso) => {
    expect(read(typed, { zone })).toMatchObject({ atMs: at(iso) })
  })

  it.each([
    ['Europe/Berlin', '2026-03-29 02:30'],
    ['America/New_York', '2026-03-08 02:00'],
    ['Australia/Lord_Howe', '2026-10-04 02:15'],
    ['America/Sao_Paulo', '2018-11-04 00:30'],
  ])('that the clocks of %s were set over is refused: %j', (zone, typed) => {
    const fault = { code: 'skipped' as const, zone }
    expect(read(typed, { zone })).toEqual({ fault })
    expect(whenWords.fault(fault)).toContain(zone)
    expect(read(`${typed}Z`, { zone })).toHaveProperty('id')
  })

  it.each([
    ['Europe/Berlin', '2026-10-25 02:30', '2026-10-25 02:30:00.000 +02:00', '2026-10-25 02:30:00.000 +01:00'],
    ['America/New_York', '2026-11-01 01:00', '2026-11-01 01:00:00.000 -04:00', '2026-11-01 01:00:00.000 -05:00'],
    ['Australia/Lord_Howe', '2026-04-05 01:45', '2026-04-05 01:45:00.000 +11:00', '2026-04-05 01:45:00.000 +10:30'],
    ['America/Havana', '2026-11-01 00:30', '2026-11-01 00:30:00.000 -04:00', '2026-11-01 00:30:00.000 -05:00'],
  ])('that the clocks of %s showed twice is refused, with both offered: %j', (zone, typed, earlier, later) => {
    const fault = { code: 'twice' as const, zone, earlier, later }
    expect(read(typed, { zone })).toEqual({ fault })
    expect(whenWords.fault(fault)).toContain(`${earlier} or ${later}`)
    const [first, second] = [read(earlier, { zone }), read(later, { zone })]
    if (!('id' in first) || !('id' in second)) throw new Error('not read')
    expect((second.atMs ?? 0) - (first.atMs ?? 0)).toBe(zone === 'Australia/Lord_Howe' ? 1_800_000 : 3_600_000)
  })

  it('the last 02:30 of a night with two of them is refused, on the day after as well where it has not been', () => {
    const zone = 'Europe/Berlin'
    expect(read('02:30', { zone, nowMs: at('2026-10-26T00:00:00Z') })).toMatchObject({ fault: { code: 'twice' } })
    expect(read('02:30', { zone, nowMs: at('2026-10-26T03:00:00Z') })).toMatchObject({
      atMs: at('2026-10-26T01:30:00Z'),
    })
  })
})

describe('what is neither', () => {
  it.each([
    ['', 'unknown'],
    ['never', 'unknown'],
    ['12-', 'unknown'],
    ['1-2-3', 'unknown'],
    ['99999999999999999999999', 'unknown'],
    ['-5', 'unknown'],
    ['ago', 'unknown'],
    ['10', null],
    ['10 q', 'unknown'],
    ['2021-05', 'unknown'],
    ['2021-13-45', 'no-such-time'],
    ['2023-02-29', 'no-such-time'],
    ['2021-05-15 24:00', 'no-such-time'],
    ['2021-05-15 10:60', 'no-such-time'],
    ['25:00', 'no-such-time'],
    ['2021-05-15 10:00+15:00', 'no-such-time'],
    ['99999999d', 'before-1970'],
    ['1969-12-31', 'before-1970'],
  ])('%j: %s', (typed, code) => {
    if (code === null) expect(read(typed)).toHaveProperty('id')
    else expect(read(typed)).toMatchObject({ fault: { code } })
  })

  it('nothing that can be typed throws, or takes long', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu')
    const piece = fc.constantFrom(
      '2021-',
      '05',
      '-15',
      ' ',
      ':',
      '3',
      '.',
      'h',
      'm',
      'yesterday',
      'Z',
      '+02',
      'ago',
      '9',
    )
    const typed = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(typed, zone, (text, name) => {
        const found = read(text, { zone: name })
        if ('fault' in found) expect(whenWords.fault(found.fault)).not.toBe('')
      }),
    )
  })
})

it('what is shown of a time is read as the same again, in every zone', () => {
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), zone, (atMs, name) => {
      expect(read(formatInZone(atMs, name), { zone: name })).toMatchObject({ atMs })
    }),
  )
})

describe('the same time, for who reads it in another zone', () => {
  const [tokyo, berlin] = ['Asia/Tokyo', 'Europe/Berlin']
  const summer = Date.parse('2026-07-01T12:00:00Z')
  const winter = Date.parse('2026-01-01T12:00:00Z')
  it.each([
    ['2021-05-15 06:55', tokyo, summer, '2021-05-15 06:55 +09:00'],
    [' 2021-01-15 ', berlin, summer, '2021-01-15 +01:00'],
    ['2021-05-15', 'UTC', summer, '2021-05-15 UTC'],
    ['03:00', berlin, summer, '03:00 +02:00'],
    ['Today at 3:00', berlin, winter, 'Today at 3:00 +01:00'],
    ['yesterday', tokyo, winter, 'yesterday +09:00'],
  ])('%j in %s has its offset', (typed, zone, nowMs, said) => {
    expect(withZone(typed, { bound: 'low', nowMs, zone })).toBe(said)
  })
  it.each(['2021-05-15 06:55 +02:00', '2021-05-15Z', 'today UTC', '10m', 'now', '', '1-0', '1621061739', 'nonsense'])(
    '%j stays as it is',
    (typed) => expect(withZone(typed, { bound: 'low', nowMs: NOW, zone: tokyo })).toBe(typed),
  )
  it('reads as it did, on a day of any length, by either end', () => {
    const time = fc.constantFrom('', ' 00:00', ' 12:34', ' 23:59:59.5')
    const day = fc.date({ min: new Date('2020-01-01'), max: new Date('2029-12-31'), noInvalidDate: true })
    const zones = fc.constantFrom(tokyo, berlin, 'America/New_York', 'Asia/Kathmandu', 'UTC')
    fc.assert(
      fc.property(day, time, zones, fc.constantFrom('low' as const, 'high' as const), (on, clock, zone, bound) => {
        const typed = `${on.toISOString().slice(0, 10)}${clock}`
        const there = readWhen(typed, { bound, nowMs: NOW, zone })
        fc.pre('id' in there)
        const said = withZone(typed, { bound, nowMs: NOW, zone })
        for (const other of [tokyo, 'UTC', berlin]) {
          expect(readWhen(said, { bound, nowMs: NOW, zone: other })).toEqual(there)
        }
      }),
    )
  })
})
