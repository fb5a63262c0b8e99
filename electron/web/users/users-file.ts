import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { role } from '../../../shared/model/role'
import { PASSWORD_HASH } from './password-hash'

/** As mail addresses and system users are written; nothing that a list, a label or a page would have to escape. */
export const USER_NAME = /^[A-Za-z0-9][\w.@+-]{0,63}$/
const MOST_BYTES = 1_048_576

/** `password`: its hash; null: a proxy says who it is, and no password does. */
const user = z.strictObject({ role, password: z.string().regex(PASSWORD_HASH).nullable() })
export type User = z.infer<typeof user>

const usersFile = z.strictObject({ version: z.literal(1), users: z.record(z.string().regex(USER_NAME), user) })

export type UsersByName = ReadonlyMap<string, User>

/** Why the users in a file can't be taken. `code`: the system's, of what could not be read. */
export class UsersUnreadable extends Error {
  override readonly name = 'UsersUnreadable'
  constructor(
    readonly why: 'not-read' | 'not-private' | 'damaged',
    readonly code = '',
  ) {
    super(why)
  }
}

export function usersFileOf(dataDir: string): string {
  return join(dataDir, 'users.json')
}

/** Null: there is no such file. Throws `UsersUnreadable`, also where others than its owner may read or change it. */
export function readUsers(file: string): UsersByName | null {
  const text = readOwn(file)
  if (text === null) return null
  try {
    const { users } = usersFile.parse(JSON.parse(text))
    return new Map(Object.entries(users))
  } catch {
    // What it says may quote a hash.
    throw new UsersUnreadable('damaged')
  }
}

export function usersText(users: UsersByName): string {
  return `${JSON.stringify({ version: 1, users: Object.fromEntries(users) }, null, 2)}\n`
}

function readOwn(file: string): string | null {
  let handle: number
  try {
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new UsersUnreadable('not-read', code)
  }
  try {
    const found = fstatSync(handle)
    const isOwn = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0)
    if (!found.isFile() || !isOwn) throw new UsersUnreadable('not-private')
    if (found.size > MOST_BYTES) throw new UsersUnreadable('damaged')
    return readFileSync(handle, 'utf8')
  } finally {
    closeSync(handle)
  }
}
