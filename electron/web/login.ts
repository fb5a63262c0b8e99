import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { webWords } from '../../shared/words/en/web-words'
import { enterPage } from './enter-page'
import { createLoginLimit, type LoginLimitOptions } from './login-limit'
import { loginPage } from './login-page'
import type { Reply } from './reply'
import { digestSecret, matchesDigest } from './secret'
import type { Sessions } from './session'

/**
 * Takes the posted form of the login page. `who`: whose tries are counted together. `isKnown`: it is a session that stands,
 * which no stranger's guesses slow down.
 */
export type Login = (form: { readonly body: string; readonly who: string; readonly isKnown: boolean }) => Promise<Reply>

export interface LoginOptions {
  readonly password: string
  readonly sessions: Sessions
  readonly log: Logger
  readonly limit?: LoginLimitOptions | undefined
}

export function createLogin({ password, sessions, log, limit: pace }: LoginOptions): Login {
  const expected = digestSecret(password)
  const [ofKnown, ofStrangers] = [createLoginLimit(pace), createLoginLimit(pace)]
  return async ({ body, who, isKnown }) => {
    const limit = isKnown ? ofKnown : ofStrangers
    const turn = limit.take(who)
    if (turn.kind === 'refused') {
      log.warn({ who }, 'too many logins')
      const problem = webWords.tooManyTries(turn.seconds)
      return loginPage({ status: 429, problem, headers: { 'retry-after': String(turn.seconds) } })
    }
    await delay(turn.waitMs, undefined, { ref: false })
    if (!matchesDigest(new URLSearchParams(body).get('password') ?? '', expected)) {
      log.warn({ who }, 'login refused')
      return loginPage({ status: 401, problem: webWords.wrongPassword })
    }
    limit.clear(who)
    return enterPage(sessions.open())
  }
}
