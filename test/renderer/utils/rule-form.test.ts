import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import type { RecoveryAction } from '../../../shared/model/recovery-action'
import type { Selection } from '../../../shared/model/selection'
import {
  EMPTY_RULE,
  readRuleForm,
  ruleFaults,
  ruleFormFor,
  ruleFormOf,
  type RuleForm,
} from '../../../renderer/utils/rule-form'

const EVERYTHING: Selection = { kind: 'matching', criteria: {} }
const DEV = { environment: 'dev' } as const
const NOW = Date.UTC(2026, 0, 1)
const filled: RuleForm = { ...EMPTY_RULE, name: ' Monitor ', connectionId: 'c1', stream: 'orders:*', to: 'rescue' }
const window = (changes: object) => ({ window: { ...EMPTY_RULE.window, isOn: true, ...changes } })

describe('the form of a rule', () => {
  it.each<[string, Partial<RuleForm>]>([
    ['a claim', {}],
    ['hashes', { kind: 'handle', prefix: 'h:', idField: 'id' }],
    ['dead letters', { kind: 'deadLetter', to: '', deadStream: 'dead', minDeliveries: 5 }],
    ['a spread', { kind: 'spread', to: '' }],
    ['what is gone', { kind: 'ackGone', to: '' }],
    ['a release', { kind: 'release', to: '', mode: 'FATAL' }],
    ['a window', window({ from: '9:30', to: '24:00', days: [6, 0] })],
    ['an end', { end: '2030-12-31 18:00' }],
  ])('%s: gives what was filled in, and shows again what it gave', (_what, changes) => {
    const fields = readRuleForm({ ...filled, ...changes }, NOW)
    if (fields === null) throw new Error('it is faulty')
    expect(fields.name).toBe('Monitor')
    expect(readRuleForm(ruleFormOf(fields), NOW)).toEqual(fields)
  })

  it.each<[string, Partial<RuleForm>, readonly string[]]>([
    ['nothing wrong', {}, []],
    ['no name', { name: ' ' }, ['name']],
    ['no connection', { connectionId: '' }, ['connectionId']],
    ['no patterns', { stream: '', group: ' ' }, ['stream', 'group']],
    ['nobody who claims', { to: '' }, ['to']],
    ['dead letters of what was delivered once', { kind: 'deadLetter', minDeliveries: 1 }, ['minDeliveries']],
    ['less for a day than for a run', { mostPerRun: 11, mostPerDay: 10 }, ['mostPerDay']],
    ['an end that is none', { end: 'soon' }, ['end']],
    ['an end that is over', { end: '2025-12-30 00:00' }, ['end']],
    ['a time that is none', window({ from: '24:10' }), ['from']],
    ['the same twice', window({ from: '7:00', to: '07:00' }), ['to']],
    ['no day', window({ days: [] }), ['days']],
    ['times that nobody asks for', window({ isOn: false, from: 'x', days: [] }), []],
  ])('%s', (_what, changes, expected) => {
    const form = { ...filled, ...changes }
    const { window: times, ...faults } = ruleFaults(form, NOW)
    const found = [...Object.entries(faults), ...Object.entries(times)].flatMap(([field, fault]) =>
      fault === null ? [] : [field],
    )
    expect(found).toEqual(expected)
    expect(readRuleForm(form, NOW) === null).toBe(expected.length > 0)
  })

  it.each(['idleSeconds', 'everySeconds', 'mostPerRun', 'mostPerDay'] as const)(
    'is none while %s is no number',
    (field) => {
      expect(readRuleForm({ ...filled, [field]: null }, NOW)).toBeNull()
    },
  )
})

describe('a rule of what a plan does', () => {
  const claim: RecoveryAction = { kind: 'claim', to: 'rescue', includeGone: false, idle: 'kept' }
  const of = (key: Bytes, group: Bytes = 'billing') =>
    ruleFormFor({ connectionId: 'c1', key, group }, { kind: 'matching', criteria: { minIdleMs: 90_000 } }, claim, DEV)

  it('is of the same group, for the same consumer, and as long idle', () => {
    expect(of('orders')).toMatchObject({
      stream: 'orders',
      group: 'billing',
      to: 'rescue',
      idleSeconds: 90,
      kind: 'claim',
    })
  })

  it.each<[string, Bytes]>([
    ['would stand for others', 'orders*'],
    ['would stand for others, too', 'order?'],
    ['is no text', { base64: '/wA=' }],
    ['can’t be typed', 'a\nb'],
    ['has what is not seen', 'a\u200bb'],
  ])('a name that %s is asked for', (_what, name) => {
    expect(of(name)?.stream).toBe('')
    expect(of('orders', name)?.group).toBe('')
  })

  it.each<[string, RecoveryAction, Selection, RuleForm['kind'] | null]>([
    ['an ack of ids', { kind: 'ack' }, { kind: 'ids', ids: ['1-0'] }, null],
    ['an ack of what is there', { kind: 'ack' }, { kind: 'matching', criteria: { presence: 'in stream' } }, null],
    ['an ack of what is gone', { kind: 'ack' }, { kind: 'matching', criteria: { presence: 'gone' } }, 'ackGone'],
    ['a spread over whoever is active', { kind: 'spread', to: null, includeGone: false }, EVERYTHING, 'spread'],
    ['a spread over these', { kind: 'spread', to: ['a', 'b'], includeGone: false }, EVERYTHING, null],
    ['a release', { kind: 'release', mode: 'FAIL' }, EVERYTHING, 'release'],
    ['a requeue', { kind: 'requeue', stream: null, provenance: false }, EVERYTHING, null],
  ])('of %s', (_what, action, selection, kind) => {
    const form = ruleFormFor({ connectionId: 'c1', key: 'a', group: 'g' }, selection, action, DEV)
    expect(form?.kind ?? null).toBe(kind)
    const onProduction = ruleFormFor({ connectionId: 'c1', key: 'a', group: 'g' }, selection, action, {
      environment: 'prod',
    })
    expect(onProduction?.kind ?? null).toBe(kind === 'ackGone' || kind === 'release' ? null : kind)
    if (action.kind === 'release') expect(form?.mode).toBe(action.mode)
  })
})
