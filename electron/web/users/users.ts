import { statSync, unwatchFile, watchFile } from 'node:fs'
import type { Logger } from 'pino'
import type { Role } from '../../../shared/roles'
import { isPassword, type Lane } from './password-hash'
import { readUsers, UsersUnreadable, type User, type UsersByName } from './users-file'

const WATCH_EVERY_MS = 250

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

/** Throws `UsersUnreadable`. */
export function openUsers(file: string, log: Logger, watchEveryMs = WATCH_EVERY_MS): Users {
  let users: UsersByName = readUsers(file) ?? new Map<string, User>()
  let mark = markOf(file)

  const now = (): UsersByName => {
    const found = markOf(file)
    if (found === mark) return users
    mark = found
    try {
      users = readUsers(file) ?? new Map<string, User>()
      if (found === null) log.error({ file }, 'the users are gone: nobody gets in')
    } catch (error) {
      users = new Map<string, User>()
      const { why = 'damaged', code = '' } = error instanceof UsersUnreadable ? error : {}
      log.error({ file, why, code }, 'the users can not be read: nobody gets in')
    }
    return users
  }
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
    onChange: (listener) => void watchFile(file, { persistent: false, interval: watchEveryMs }, listener),
    close: () => unwatchFile(file),
  }
}

/** Changes with the file; null: there is none, or it can't be looked at. */
function markOf(file: string): string | null {
  try {
    const { ino, size, mode, uid, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
    return `${ino}/${size}/${mode}/${uid}/${mtimeNs}/${ctimeNs}`
  } catch {
    return null
  }
}
