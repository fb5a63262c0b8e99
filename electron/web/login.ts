import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Caller } from '../../shared/model/who'
import { webWords } from '../../shared/words/en/web-words'
import { enterPage } from './enter-page'
import type { KnownBrowsers } from './known-browsers'
import { createLoginLimit, type LoginLimitOptions } from './login-limit'
import { loginPage } from './login-page'
import type { Reply } from './reply'
import { digestSecret, matchesDigest } from './secret'
import type { Sessions } from './session'
import { networkOf } from './who-asks'

/** Takes the posted form of the login page. */
export type Login = (form: LoginForm) => Promise<Reply>

export interface LoginForm {
  readonly body: string
  /** The address that it is from: a stranger's tries are counted by it. */
  readonly address: string
  /** The `Cookie` header. No stranger's guesses slow down a session that stands, or a browser that knew the password before. */
  readonly cookies: string | undefined
}

export interface LoginOptions {
  readonly password: string
  readonly sessions: Sessions
  readonly browsers: KnownBrowsers
  readonly base: string
  readonly log: Logger
  readonly limit?: LoginLimitOptions | undefined
}

const WHOEVER: Caller = { who: { by: 'password' }, role: 'admin' }

export function createLogin({ password, sessions, browsers, base, log, limit: limitOptions }: LoginOptions): Login {
  const expected = digestSecret(password)
  const [ofKnown, ofStrangers] = [createLoginLimit(limitOptions), createLoginLimit(limitOptions)]
  return async ({ body, address, cookies }) => {
    const before = sessions.use(cookies)
    const known = before?.id ?? browsers.nameOf(cookies)
    const limit = known === null ? ofStrangers : ofKnown
    const who = known ?? networkOf(address)
    const turn = limit.take(who)
    if (turn.kind === 'refused') {
      log.warn({ address }, 'too many logins')
      const problem = webWords.tooManyTries(turn.seconds)
      return loginPage({ base, status: 429, problem, headers: { 'retry-after': String(turn.seconds) } })
    }
    await delay(turn.waitMs, undefined, { ref: false })
    if (!matchesDigest(new URLSearchParams(body).get('password') ?? '', expected)) {
      log.warn({ address }, 'login refused')
      return loginPage({ base, status: 401, problem: webWords.wrongPassword })
    }
    limit.clear(who)
    // Whoever had one before, perhaps by somebody else's doing, has another now.
    before?.end()
    const { pageKey, setCookie } = sessions.open(WHOEVER, { address })
    return enterPage({ pageKey, setCookie: [setCookie, browsers.setCookie(cookies)], base })
  }
}
