import { formatSecond } from '../../format/format-time'
import type { Role } from '../../roles'

/** Of `sluice token`, on the command line. */
export const tokenWords = {
  verbs: 'sluice token takes add, revoke or list',
  needsName: (verb: string) => `sluice token ${verb} takes the name of a token`,
  tooMany: 'sluice token takes one token at a time',
  badName: 'a token’s name has up to 64 letters, digits and _ . @ + -, and begins with a letter or a digit',
  badRole: (roles: readonly Role[]) => `give the role by --role: one of ${roles.join(', ')}`,
  roleIsFor: '--role is for add',
  thereAlready: (name: string) => `there is a token ${name} already; "sluice token revoke ${name}" ends it`,
  notThere: (name: string) => `there is no token ${name}; "sluice token list" tells which there are`,
  none: (file: string) => `There are no tokens (${file}).\n`,
  line: (name: string, { role, madeAt }: { readonly role: Role; readonly madeAt: number }) =>
    `${name}  ${role}  since ${formatSecond(madeAt)}\n`,
  added: (name: string, role: Role) =>
    `This is the token ${name}, a${role === 'viewer' ? '' : 'n'} ${role}. It is shown once: keep it where only the program that calls can read it.\n`,
  revoked: (name: string) => `${name} was revoked, and what ran for it ends.\n`,
}
