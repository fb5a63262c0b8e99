import type { Logger } from 'pino'
import { webWords } from '../../shared/words/en/web-words'
import { createLoginLimit } from './login-limit'
import { loginPage } from './login-page'
import { seeOther, type Reply } from './reply'
import { digestSecret, matchesDigest } from './secret'
import type { Sessions } from './session'

/** Takes the posted form of the login page. */
export type Login = (form: { readonly body: string; readonly address: string }) => Reply

export interface LoginOptions {
  readonly password: string
  readonly sessions: Sessions
  readonly log: Logger
  readonly now?: () => number
}

export function createLogin({ password, sessions, log, now = Date.now }: LoginOptions): Login {
  const expected = digestSecret(password)
  const limit = createLoginLimit({ now })
  return ({ body, address }) => {
    const waitSeconds = limit.take(address)
    if (waitSeconds > 0) {
      log.warn({ address }, 'too many logins')
      const problem = webWords.tooManyTries(waitSeconds)
      return loginPage({ status: 429, problem, headers: { 'retry-after': String(waitSeconds) } })
    }
    if (!matchesDigest(new URLSearchParams(body).get('password') ?? '', expected)) {
      log.warn({ address }, 'login refused')
      return loginPage({ status: 401, problem: webWords.wrongPassword })
    }
    limit.clear(address)
    return seeOther('/', { 'set-cookie': sessions.open() })
  }
}
