import type { Logger } from 'pino'
import type { Role } from '../../../shared/roles'
import { followKept } from '../kept-file'
import { isPassword, type Lane } from './password-hash'
import { readUsers, type User, type UsersByName } from './users-file'

/** One who came in. */
export interface Entered {
  readonly name: string
  readonly role: Role
  /** Whether the user is there still, with the same role and the same password. Looks at the file where that changed. */
  stands(): boolean
}

/** The web host's users, as the file has them by now. A file that is gone, damaged, or not its owner's alone has none. */
export interface Users {
  has(name: string): boolean
  /** Null: wrong. Takes as long for a user that there is not. */
  byPassword(name: string, password: string, lane: Lane): Promise<Entered | null>
  /** One that somebody trusted named. */
  byName(name: string): Entered | null
  /** Calls back soon after the file changed. */
  onChange(listener: () => void): void
  close(): void
}

/** Throws `KeptUnreadable`. */
export function openUsers(file: string, log: Logger, watchEveryMs?: number): Users {
  const none: UsersByName = new Map<string, User>()
  const { now, onChange, close } = followKept({ file, read: readUsers, none, log, watchEveryMs })
  const entered = (name: string, { role, password }: User): Entered => {
    const stands = (): boolean => {
      const user = now().get(name)
      return user !== undefined && user.role === role && user.password === password
    }
    return { name, role, stands }
  }
  return {
    has: (name) => now().has(name),
    async byPassword(name, password, lane) {
      const user = now().get(name)
      const isRight = await isPassword(password, user?.password ?? null, lane)
      return isRight && user !== undefined && now().get(name)?.password === user.password ? entered(name, user) : null
    },
    byName(name) {
      const user = now().get(name)
      return user === undefined ? null : entered(name, user)
    },
    onChange,
    close,
  }
}
