import type { Role } from '../../roles'

const DONE: Readonly<Record<string, (name: string) => string>> = {
  add: (name) => `${name} was added.\n`,
  role: (name) => `${name} has another role now, and logs in again.\n`,
  passwd: (name) => `${name} has another password now, and logs in again.\n`,
  remove: (name) => `${name} was removed, and is logged out.\n`,
}

/** Of `sluice user`, on the command line. */
export const userWords = {
  verbs: 'sluice user takes add, role, passwd, remove or list',
  needsName: (verb: string) => `sluice user ${verb} takes the name of a user`,
  tooMany: 'sluice user takes one user at a time',
  badName: 'a user’s name has up to 64 letters, digits and _ . @ + -, and begins with a letter or a digit',
  badRole: (roles: readonly Role[]) => `give the role by --role: one of ${roles.join(', ')}`,
  roleIsFor: '--role is for add and role',
  noPasswordIsForAdd: '--no-password is for add',
  thereAlready: (name: string) => `there is a user ${name} already; change him by "sluice user role" or "passwd"`,
  notThere: (name: string) => `there is no user ${name}; "sluice user list" tells who there is`,
  shortPassword: (shortest: number) => `the password must have at least ${shortest} characters`,
  longPassword: (longest: number) => `the password may have up to ${longest} characters`,
  ask: (name: string) => `Password for ${name}: `,
  askAgain: 'Once more: ',
  notTheSame: 'the two passwords are not the same',
  none: (file: string) => `There are no users (${file}).\n`,
  line: (name: string, { role, password }: { readonly role: Role; readonly password: string | null }) =>
    `${name}  ${role}${password === null ? '  (by a proxy only)' : ''}\n`,
  done: (verb: string, name: string) => DONE[verb]?.(name) ?? '',
}
