import type { Logger } from 'pino'
import { followKept, type Kept } from '../kept-file'
import { matchesDigest } from '../secret'
import type { Entered } from '../users/users'
import { readTokens, type Token, type TokensByName } from './tokens-file'

/** The tokens by which programs call, as the file has them by now. A file that is gone, damaged, or not its owner's alone has none. */
export interface Tokens extends Pick<Kept<unknown>, 'onChange' | 'close'> {
  /** Null: there is no such token. Takes the same time for each that there is not. */
  enter(secret: string): Entered | null
}

/** Throws `KeptUnreadable`. */
export function openTokens(file: string, log: Logger, watchEveryMs?: number): Tokens {
  const none: TokensByName = new Map<string, Token>()
  const { now, onChange, close } = followKept({ file, read: readTokens, none, log, watchEveryMs })
  return {
    enter(secret) {
      // All of them: the time it takes tells nobody how far down the list one was.
      const matching = [...now()].filter(([, { digest }]) => matchesDigest(secret, Buffer.from(digest, 'base64')))
      const [found] = matching
      if (found === undefined) return null
      const [name, { role, digest }] = found
      const stands = (): boolean => {
        const token = now().get(name)
        return token !== undefined && token.role === role && token.digest === digest
      }
      return { name, role, stands }
    },
    onChange,
    close,
  }
}
