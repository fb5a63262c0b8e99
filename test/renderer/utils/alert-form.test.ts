import { describe, expect, it } from 'vitest'
import { EMPTY_FORM, faultsOf, formOf, readForm } from '../../../renderer/utils/alert-form'
import { alertSummary } from '../../../renderer/utils/alert-summary'
import { readTimeOfDay } from '../../../renderer/utils/time-window'
import { timeOfDay } from '../../../shared/format/time-of-day'
import { ANY_ALERT } from '../../helpers/any-alert'

const named = { ...EMPTY_FORM, name: ' Consumers ' }

describe('the form of an alert', () => {
  it('gives what was filled in, and shows again what it gave', () => {
    const quiet = { ...named, isQuiet: true, days: [6, 0], from: '9:30', to: '24:00' }
    const fields = readForm(quiet)
    expect(fields).toMatchObject({ name: 'Consumers', quiet: { days: [0, 6], fromMinute: 570, toMinute: 1440 } })
    expect(fields && formOf({ ...fields, id: 'a' })).toMatchObject({ from: '09:30', to: '24:00', isQuiet: true })
  })

  it.each([
    ['no name', { name: '  ' }, ['name']],
    ['a time that is none', { isQuiet: true, from: '24:10' }, ['from']],
    ['a day that begins at its end', { isQuiet: true, from: '24:00', to: '07:00' }, ['from']],
    ['an end that is none', { isQuiet: true, to: 'noon' }, ['to']],
    ['the same twice', { isQuiet: true, from: '07:00', to: '7:00' }, ['to']],
    ['no day', { isQuiet: true, days: [] }, ['days']],
    ['times that nobody asks for', { isQuiet: false, from: 'x', to: 'x', days: [] }, []],
  ])('%s', (_what, changes, expected) => {
    const form = { ...named, ...changes }
    const faults = Object.entries(faultsOf(form)).flatMap(([field, fault]) => (fault === null ? [] : [field]))
    expect(faults).toEqual(expected)
    expect(readForm(form) === null).toBe(expected.length > 0)
  })

  it('is none while how long it must stand is no number', () => {
    expect(readForm({ ...named, holdSeconds: null })).toBeNull()
  })

  it.each([0, 5, 59, 60, 1439, 1440])('minute %i as a time of the day, and back', (minute) => {
    expect(readTimeOfDay(timeOfDay(minute))).toBe(minute)
  })
})

it('an alert is summed up in one line', () => {
  const name = { connection: (id: string) => (id === 'c1' ? 'Shop' : null), destination: () => 'Ops' }
  const alert = { ...ANY_ALERT, id: 'a' }
  expect(alertSummary(alert, name)).toBe('every finding · on all connections · told at once · resolved is told too')
  const more = {
    ...{ ...alert, kinds: ['stalled', 'dead', 'stuck', 'poison'] as const, least: 'bad' as const },
    ...{ connectionIds: ['c1', 'c9'], stream: 'a*', group: '?', holdMs: 90_000, tellsResolved: false },
    quiet: { days: [1, 5], fromMinute: 1320, toMinute: 420 },
    destinationIds: ['d1'],
  }
  expect(alertSummary({ ...more, kinds: [...more.kinds] }, name)).toBe(
    'Stalled consumer, Consumer that is gone for good, Consumer that does not touch what it holds and 1 more, if bad · ' +
      'on Shop, A connection that is no more (c9) · streams like a* · groups like ? · ' +
      'told once it has stood for 1 min 30 s · quiet 22:00 to 07:00, Mon, Fri · to Ops',
  )
})
