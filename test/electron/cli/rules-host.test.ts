import { ORPCError } from '@orpc/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Ended } from '../../../electron/cli/aborted'
import type { Call } from '../../../electron/cli/call'
import { EXIT } from '../../../electron/cli/exit-code'
import { hostRules } from '../../../electron/cli/rules/host'
import type { RuleNow, RuleRun } from '../../../shared/model/rule'
import { ANY_RULE } from '../../helpers/any-rule'

const NOON = Date.UTC(2026, 0, 15, 12)
const refused = new ORPCError('UNREACHABLE', { data: { reason: 'password-wrong', endpoint: 'live', detail: null } })
const rule = (connectionId: string, more: Partial<RuleNow> = {}): RuleNow => ({
  ...{ ...ANY_RULE, id: `of ${connectionId}`, connectionId, phase: 'closed', stopped: null, provenAtMs: null },
  ...{ doneToday: 0, runs: [], turns: [], ...more },
})
const ran = (atMs: number): RuleRun => ({ atMs, changed: 1, failed: 0, groups: 1, recordIds: [], error: null })

/** A service over a host that opens what `opens` lets it. */
function service(saved: string[], opens: (id: string) => Promise<unknown>) {
  const end = new AbortController()
  const [notes, told, asked]: [string[], unknown[], string[]] = [[], [], []]
  const byPerson: string[] = []
  let tell: (rules: readonly RuleNow[]) => void = () => undefined
  let taken: () => void = () => undefined
  async function* watch() {
    for (;;) {
      const next = new Promise<readonly RuleNow[]>((resolve, reject) => {
        tell = resolve
        end.signal.addEventListener('abort', () => reject(end.signal.reason as Error))
      })
      taken()
      yield { zone: 'UTC', rules: await next }
    }
  }
  const call = {
    api: {
      connection: {
        list: () => Promise.resolve(saved.map((id) => ({ id, name: id }))),
        async open({ connectionId, byItself }: { connectionId: string; byItself?: boolean }) {
          asked.push(`${connectionId} ${byItself === true ? 'by itself' : 'by a person'}`)
          await opens(connectionId)
        },
      },
      rule: { watch: () => Promise.resolve(watch()) },
    },
    open: async ({ id }: { id: string }) => {
      byPerson.push(id)
      await opens(id)
    },
    named: () => Promise.resolve(null),
    print: { isTable: false, note: (text: string) => notes.push(text), json: (value: unknown) => told.push(value) },
    signal: end.signal,
  } as unknown as Call
  const began = new Promise<void>((resolve) => (taken = resolve))
  const ended = hostRules(call)
  return {
    ...{ notes, told, asked, byPerson, ended, saved },
    /** Resolves once it has been dealt with. */
    async say(...rules: RuleNow[]): Promise<void> {
      await began
      const done = new Promise<void>((resolve) => (taken = resolve))
      tell(rules)
      await Promise.race([done, ended])
    },
    async end() {
      end.abort(new Ended(EXIT.terminated))
      expect(await ended).toBe(EXIT.fine)
    },
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what fails is tried again every 30 s by itself, once each, told once, and not after the end', async () => {
  const host = service(['live', 'lost'], (id) => (id === 'lost' ? Promise.reject(refused) : Promise.resolve()))
  const lost = rule('lost')
  await host.say(rule('live'), lost)
  expect(host.byPerson).toEqual(['live', 'lost'])
  const news = rule('live', { phase: 'on' })
  for (let time = 0; time < 3; time += 1) await host.say(news, lost, { ...lost, id: 'another' })
  expect(host.asked).toEqual([])
  await vi.advanceTimersByTimeAsync(29_999)
  expect(host.asked).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  await host.say(news, lost)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(host.asked).toEqual(['lost by itself', 'lost by itself'])
  expect(host.byPerson).toEqual(['live', 'lost'])
  expect(host.notes.filter((text) => text.startsWith('lost can’t be opened'))).toHaveLength(1)
  await host.end()
  await vi.advanceTimersByTimeAsync(90_000)
  expect(host.asked).toHaveLength(2)
})

test('what is not needed any more is not tried again', async () => {
  const host = service(['live', 'lost'], (id) => (id === 'lost' ? Promise.reject(refused) : Promise.resolve()))
  await host.say(rule('live'), rule('lost'), rule('other', { phase: 'over' }))
  expect(host.notes.at(-1)).toMatch(/^2 rules are on/)
  await host.say(rule('live', { phase: 'on' }), rule('lost', { phase: 'off' }))
  await vi.advanceTimersByTimeAsync(90_000)
  expect(host.asked).toEqual([])
  await host.end()
})

test('any fault of an attempt is told, and it is tried again', async () => {
  let isBroken = true
  const host = service(['live', 'lost'], (id) =>
    isBroken && id === 'lost' ? Promise.reject(new Error('a bug')) : Promise.resolve(),
  )
  await host.say(rule('live'))
  await host.say(rule('live', { phase: 'on' }), rule('lost'))
  await vi.advanceTimersByTimeAsync(0)
  expect(host.notes.at(-1)).toContain('a bug')
  isBroken = false
  await vi.advanceTimersByTimeAsync(90_000)
  expect(host.asked).toEqual(['lost by itself', 'lost by itself'])
  await host.end()
})

test('it ends where nothing could be opened at its first look, and at no later one', async () => {
  const none = service(['live'], () => Promise.reject(refused))
  const failed = expect(none.ended).rejects.toBe(refused)
  await none.say(rule('live')).catch(() => undefined)
  await failed
  const host = service(['live'], () => Promise.reject(refused))
  await host.say(rule('live', { phase: 'off' }))
  await host.say(rule('live'))
  await vi.advanceTimersByTimeAsync(30_000)
  expect(host.asked).toEqual(['live by itself', 'live by itself'])
  await host.end()
})

test('a connection that was saved later is opened once a rule of it is on', async () => {
  const host = service([], () => Promise.resolve())
  await host.say()
  host.saved.push('new')
  await host.say(rule('new'))
  expect(host.asked).toEqual(['new by itself'])
  await host.say(rule('new', { phase: 'on', runs: [ran(NOON)] }))
  expect(host.told).toMatchObject([{ what: 'run', connection: 'new', atMs: NOON }])
  await host.end()
})

test('a clock that is set back: what comes then is told, and nothing of before again', async () => {
  const host = service(['live'], () => Promise.resolve())
  const on = (...times: number[]) => rule('live', { phase: 'on', runs: times.map(ran) })
  await host.say(on(NOON))
  await host.say(on(NOON - 5_000, NOON))
  await host.say(on(NOON - 5_000, NOON))
  await host.say(on(NOON + 1, NOON - 5_000, NOON))
  expect(host.told).toMatchObject([{ atMs: NOON - 5_000 }, { atMs: NOON + 1 }])
  await host.end()
})
