import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { role as roleSchema } from '../../../shared/model/role'
import { roles, type Role } from '../../../shared/roles'
import { userWords } from '../../../shared/words/en/user-words'
import { rewriteLocked } from '../../services/lib/file-lock'
import { askHidden } from '../../host/ask-hidden'
import { usualDirs } from '../../host/data-dir'
import { UsageError } from '../../host/usage-error'
import { inWords } from '../in-words'
import { hashPassword } from './password-hash'
import { readUsers, USER_NAME, usersFileOf, usersText, type User, type UsersByName } from './users-file'

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  say(text: string): void
}

const FLAGS = {
  role: { type: 'string' },
  'no-password': { type: 'boolean', default: false },
  'data-dir': { type: 'string' },
} as const
const [SHORTEST, LONGEST] = [8, 1_024]

type Change = (users: UsersByName) => UsersByName

/** `sluice user …`: the users of the web host on this data directory. Throws `UsageError`, never with a password. */
export async function changeUsers(args: readonly string[], { env, say }: Surroundings): Promise<void> {
  const { values: flags, positionals } = parse(args)
  const [verb = '', name, ...more] = positionals
  const file = usersFileOf(flags['data-dir'] === undefined ? usualDirs(env).data : resolve(flags['data-dir']))
  const known = inWords(file, 'user', () => readUsers(file)) ?? new Map<string, User>()
  if (verb === 'list') {
    if (name !== undefined) throw new UsageError(userWords.tooMany)
    return say(
      known.size === 0 ? userWords.none(file) : [...known].map(([each, user]) => userWords.line(each, user)).join(''),
    )
  }
  if (!['add', 'role', 'passwd', 'remove'].includes(verb)) throw new UsageError(userWords.verbs)
  if (name === undefined) throw new UsageError(userWords.needsName(verb))
  if (more.length > 0) throw new UsageError(userWords.tooMany)
  if (!USER_NAME.test(name)) throw new UsageError(userWords.badName)
  if (verb === 'add' && known.has(name)) throw new UsageError(userWords.thereAlready(name))
  if (verb !== 'add' && !known.has(name)) throw new UsageError(userWords.notThere(name))
  const role = readRole(flags.role, verb)
  const change = await changeOf(verb, name, role, flags['no-password'])
  await rewriteLocked(file, () =>
    Promise.resolve(usersText(change(inWords(file, 'user', () => readUsers(file)) ?? new Map()))),
  )
  say(userWords.done(verb, name))
}

async function changeOf(verb: string, name: string, role: Role | null, withoutPassword: boolean): Promise<Change> {
  if (withoutPassword && verb !== 'add') throw new UsageError(userWords.noPasswordIsForAdd)
  if (verb === 'remove') return (users) => new Map([...users].filter(([each]) => each !== name))
  if (verb === 'role') return changed(name, (user) => ({ ...user, role: role ?? user.role }))
  const password = withoutPassword ? null : await hashPassword(await readNewPassword(name))
  if (verb === 'passwd') return changed(name, (user) => ({ ...user, password }))
  return (users) => {
    if (users.has(name)) throw new UsageError(userWords.thereAlready(name))
    return new Map([...users, [name, { role: role ?? 'viewer', password }]])
  }
}

/** Another process may have removed the user meanwhile. */
function changed(name: string, change: (user: User) => User): Change {
  return (users) => {
    const user = users.get(name)
    if (user === undefined) throw new UsageError(userWords.notThere(name))
    return new Map([...users, [name, change(user)]])
  }
}

function readRole(text: string | undefined, verb: string): Role | null {
  const needs = verb === 'add' || verb === 'role'
  if (text === undefined && !needs) return null
  if (!needs) throw new UsageError(userWords.roleIsFor)
  const read = roleSchema.safeParse(text)
  if (!read.success) throw new UsageError(userWords.badRole(roles))
  return read.data
}

async function readNewPassword(name: string): Promise<string> {
  const password = process.stdin.isTTY ? await askTwice(name) : await readInput()
  if (password.length < SHORTEST) throw new UsageError(userWords.shortPassword(SHORTEST))
  if (password.length > LONGEST) throw new UsageError(userWords.longPassword(LONGEST))
  return password
}

async function askTwice(name: string): Promise<string> {
  const [password, again] = await askHidden([userWords.ask(name), userWords.askAgain])
  if (password !== again) throw new UsageError(userWords.notTheSame)
  return password ?? ''
}

/** The first line and no more of it than a password may have. */
async function readInput(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk
    if (text.length > LONGEST * 2) break
  }
  return text.split(/\r?\n/, 1)[0] ?? ''
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: true })
  } catch (error) {
    const [first = ''] = error instanceof Error ? error.message.split('. ') : []
    throw new UsageError(first)
  }
}
