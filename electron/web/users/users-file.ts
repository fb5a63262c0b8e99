import { join } from 'node:path'
import { z } from 'zod'
import { role } from '../../../shared/model/role'
import { readKept } from '../kept-file'
import { PASSWORD_HASH } from './password-hash'

/** As mail addresses and system users are written; nothing that a list, a label or a page would have to escape. */
export const USER_NAME = /^[A-Za-z0-9][\w.@+-]{0,63}$/

/** `password`: its hash; null: a proxy says who it is, and no password does. */
const user = z.strictObject({ role, password: z.string().regex(PASSWORD_HASH).nullable() })
export type User = z.infer<typeof user>

const usersFile = z.strictObject({ version: z.literal(1), users: z.record(z.string().regex(USER_NAME), user) })

export type UsersByName = ReadonlyMap<string, User>

export function usersFileOf(dataDir: string): string {
  return join(dataDir, 'users.json')
}

/** Null: there is no such file. Throws `KeptUnreadable`. */
export function readUsers(file: string): UsersByName | null {
  return readKept(file, (found) => new Map(Object.entries(usersFile.parse(found).users)))
}

export function usersText(users: UsersByName): string {
  return `${JSON.stringify({ version: 1, users: Object.fromEntries(users) }, null, 2)}\n`
}
