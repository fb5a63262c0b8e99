import type { AppError } from '../../shared/error'
import { isAppError } from '../../shared/error'

/** The password as it is known now. It may change where it is kept, in a file that is mounted, say, while a connection is open. */
export type AskPassword = () => Promise<string | null>

/**
 * A server that refuses, on a connection made anew, what it took before is asked to take what the password is by now: once,
 * and only where that is another one. What was refused is never sent again, since some servers lock a user out for it.
 */
export interface PasswordRenewal {
  current(): string | null
  /** Whether this is a refusal that a newer password may put right: then `renew` is called before the next attempt. */
  keepsBack(error: AppError): boolean
  /** Null: go on, `current` may be another one by now. Otherwise the refusal stands. */
  renew(): Promise<AppError | null>
  /** The server took it. */
  taken(): void
}

export function createPasswordRenewal(first: string | null, ask: AskPassword | undefined): PasswordRenewal {
  let current = first
  let refusal: AppError | null = null
  let isTried = false
  return {
    current: () => current,
    keepsBack(error) {
      if (ask === undefined || isTried || !isRefusal(error)) return false
      refusal = error
      isTried = true
      return true
    },
    async renew() {
      const standing = refusal
      if (standing === null || ask === undefined) return null
      const now = await ask().catch(() => null)
      refusal = null
      if (now === null || now === current) return standing
      current = now
      return null
    },
    taken() {
      refusal = null
      isTried = false
    },
  }
}

/** A server that lets nobody in without a password, or not with this one. */
export function isRefusal(error: unknown): boolean {
  return isAppError(error, 'UNREACHABLE') && error.data.reason.startsWith('password')
}
