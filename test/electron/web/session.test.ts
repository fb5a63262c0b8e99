import { expect, test } from 'vitest'
import { createLaunchToken } from '../../../electron/web/launch-token'
import { createSessions } from '../../../electron/web/session'
import { CALLERS } from '../../helpers/callers'

const DAY_MS = 86_400_000
const pair = ({ setCookie }: { readonly setCookie: string }): string => setCookie.split(';')[0] ?? ''

function clock() {
  const time = { ms: 1_000_000 }
  return { now: () => time.ms, pass: (ms: number) => void (time.ms += ms) }
}

test('a session goes on for a day after it was last used', () => {
  const { now, pass } = clock()
  const sessions = createSessions({ cookieName: 's', path: '/', secure: false, now })
  const cookie = pair(sessions.open(CALLERS.viewer))
  for (let days = 0; days < 3; days += 1) {
    pass(DAY_MS)
    expect(sessions.use(cookie)).not.toBeNull()
  }
  pass(DAY_MS + 1)
  expect(sessions.use(cookie)).toBeNull()
})

test('the hundred newest sessions are kept; one that is in use stays', () => {
  const sessions = createSessions({ cookieName: 's', path: '/', secure: false })
  const used = pair(sessions.open(CALLERS.viewer))
  const idle = pair(sessions.open(CALLERS.viewer))
  for (let more = 0; more < 99; more += 1) {
    expect(sessions.use(used)).not.toBeNull()
    sessions.open(CALLERS.viewer)
  }
  expect(sessions.use(used)).not.toBeNull()
  expect(sessions.use(idle)).toBeNull()
})

test('whoever opens many ends his own, and nobody else’s', () => {
  const sessions = createSessions({ cookieName: 's', path: '/', secure: false })
  const admin = pair(sessions.open(CALLERS.admin))
  const operator = pair(sessions.open(CALLERS.operator))
  for (let more = 0; more < 300; more += 1) sessions.open(CALLERS.viewer)
  const newest = pair(sessions.open(CALLERS.viewer))
  expect(sessions.size).toBe(100)
  for (const cookie of [admin, operator, newest]) expect(sessions.use(cookie)).not.toBeNull()
})

test('no two secrets are alike', () => {
  const sessions = createSessions({ cookieName: 's', path: '/', secure: false })
  const opened = Array.from({ length: 50 }, () => sessions.open(CALLERS.viewer))
  const tokens = Array.from({ length: 50 }, () => createLaunchToken().path())
  expect(new Set([...opened.map(pair), ...opened.map(({ pageKey }) => pageKey), ...tokens]).size).toBe(150)
})

test("a session has its own page's key and no other", () => {
  const sessions = createSessions({ cookieName: 's', path: '/', secure: false })
  const [mine, other] = [sessions.open(CALLERS.viewer), sessions.open(CALLERS.viewer)]
  const session = sessions.use(pair(mine))
  expect(session?.hasKey(mine.pageKey)).toBe(true)
  for (const wrong of [null, '', other.pageKey, pair(mine), mine.pageKey.slice(1)]) {
    expect(session?.hasKey(wrong)).toBe(false)
  }
})

test('one that is ended is over, and the others go on', () => {
  const sessions = createSessions({ cookieName: 's', path: '/', secure: false })
  const [mine, other] = [pair(sessions.open(CALLERS.viewer)), pair(sessions.open(CALLERS.viewer))]
  sessions.use(mine)?.end()
  expect(sessions.use(mine)).toBeNull()
  expect(sessions.use(other)).not.toBeNull()
  expect(sessions.size).toBe(1)
  sessions.endAll()
  expect(sessions.use(other)).toBeNull()
  expect(sessions.size).toBe(0)
})

test('a launch link that was renewed opens once more, and the one before it no more', () => {
  const token = createLaunchToken()
  const secretOf = (path: string): string => path.replace('/launch/', '')
  const first = secretOf(token.path())
  const second = secretOf(token.renew())
  expect(token.path()).toBe(`/launch/${second}`)
  expect(token.redeem(first)).toBe(false)
  expect(token.redeem(second)).toBe(true)
  expect(token.redeem(second)).toBe(false)
})
