import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Who } from '../../../shared/model/who'
import { webWords } from '../../../shared/words/en/web-words'
import { enterPage } from '../enter-page'
import type { KnownBrowsers } from '../known-browsers'
import type { Login } from '../login'
import type { LoginLimitOptions } from '../login-limit'
import { loginPage } from '../login-page'
import type { Sessions } from '../session'
import { networkOf } from '../who-asks'
import { createUserLimits } from './user-limits'
import type { Users } from './users'

export interface UserLoginOptions {
  readonly users: Users
  readonly sessions: Sessions
  readonly browsers: KnownBrowsers
  readonly base: string
  readonly log: Logger
  readonly limit?: LoginLimitOptions | undefined
}

/** The same words, and the same time, for a wrong password and for a name that is no user's. */
export function createUserLogin({ users, sessions, browsers, base, log, limit }: UserLoginOptions): Login {
  const limits = createUserLimits(users.has, limit)
  const asks = { base, asksName: true }
  return async ({ body, address, cookies }) => {
    const form = new URLSearchParams(body)
    const [name, password] = [(form.get('user') ?? '').slice(0, 65), form.get('password') ?? '']
    const before = sessions.use(cookies)
    // Of this user: whoever logged in as another is a stranger to this one.
    const own = before !== null && isOf(before.caller.who, name) ? before.id : browsers.nameOf(cookies, name)
    const who = { network: networkOf(address), known: own }
    // What is no user's name may be a password that went into the wrong field.
    const told = users.has(name) ? { address, user: name } : { address }
    const turn = limits.take(name, who)
    if (turn.kind === 'refused') {
      log.warn(told, 'too many logins')
      const problem = webWords.tooManyTries(turn.seconds)
      return loginPage({ ...asks, status: 429, problem, headers: { 'retry-after': String(turn.seconds) } })
    }
    await delay(turn.waitMs, undefined, { ref: false })
    const lane =
      who.known === null ? ({ of: 'stranger', who: who.network } as const) : ({ of: 'known', who: who.known } as const)
    const entered = await users.byPassword(name, password, lane)
    if (entered === null) {
      log.warn(told, 'login refused')
      return loginPage({ ...asks, status: 401, problem: webWords.wrongUserOrPassword })
    }
    limits.clear(name, who)
    before?.end()
    const { role, stands } = entered
    const { pageKey, setCookie } = sessions.open({ who: { by: 'user', name }, role }, { stands, address })
    return enterPage({ pageKey, setCookie: [setCookie, browsers.setCookie(cookies, name)], base })
  }
}

function isOf(who: Who, name: string): boolean {
  return who.by === 'user' && who.name === name
}
