import { expect, test } from 'vitest'
import { createLaunchToken } from '../../../electron/web/launch-token'
import { createLoginLimit } from '../../../electron/web/login-limit'
import { createSessions } from '../../../electron/web/session'

const DAY_MS = 86_400_000
const pair = (setCookie: string): string => setCookie.split(';')[0] ?? ''

function clock() {
  const time = { ms: 1_000_000 }
  return { now: () => time.ms, pass: (ms: number) => void (time.ms += ms) }
}

test('a session goes on for a day after it was last used', () => {
  const { now, pass } = clock()
  const sessions = createSessions({ cookieName: 's', secure: false, now })
  const cookie = pair(sessions.open())
  for (let days = 0; days < 3; days += 1) {
    pass(DAY_MS)
    expect(sessions.use(cookie)).not.toBeNull()
  }
  pass(DAY_MS + 1)
  expect(sessions.use(cookie)).toBeNull()
})

test('the hundred newest sessions are kept; one that is in use stays', () => {
  const sessions = createSessions({ cookieName: 's', secure: false })
  const used = pair(sessions.open())
  const idle = pair(sessions.open())
  for (let more = 0; more < 99; more += 1) {
    expect(sessions.use(used)).not.toBeNull()
    sessions.open()
  }
  expect(sessions.use(used)).not.toBeNull()
  expect(sessions.use(idle)).toBeNull()
})

test('no two secrets are alike', () => {
  const sessions = createSessions({ cookieName: 's', secure: false })
  const cookies = Array.from({ length: 50 }, () => pair(sessions.open()))
  const tokens = Array.from({ length: 50 }, () => createLaunchToken().path)
  expect(new Set([...cookies, ...tokens]).size).toBe(100)
})

test('one address may try five times a minute, and then again as its tries grow old', () => {
  const { now, pass } = clock()
  const limit = createLoginLimit({ now })
  for (let tries = 0; tries < 5; tries += 1) {
    expect(limit.take('a')).toBe(0)
    pass(1_000)
  }
  expect(limit.take('a')).toBe(55)
  expect(limit.take('b')).toBe(0)
  pass(55_000)
  expect(limit.take('a')).toBe(0)
  expect(limit.take('a')).toBe(1)
})

test('many addresses together may try fifty times a minute', () => {
  const { now } = clock()
  const limit = createLoginLimit({ now })
  for (let address = 0; address < 50; address += 1) expect(limit.take(`10.0.0.${address}`)).toBe(0)
  expect(limit.take('10.0.1.1')).toBe(60)
})

test('a right password forgives the wrong ones before it', () => {
  const limit = createLoginLimit()
  for (let tries = 0; tries < 5; tries += 1) limit.take('a')
  limit.clear('a')
  expect(limit.take('a')).toBe(0)
})
