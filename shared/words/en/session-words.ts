import { formatNoun } from '../../format/format-count'
import type { Role } from '../../roles'
import type { Who } from '../../model/who'

const ROLES: Readonly<Record<Role, string>> = {
  viewer: 'a viewer, who looks and changes nothing',
  operator: 'an operator, who puts streams right',
  admin: 'an admin, who may do everything here',
}

/** A browser's session at the web host. */
export const sessionWords = {
  session: 'Session',
  hint: 'This browser stays logged in until it logs out, isn’t used for a day, or Sluice ends. Running jobs go on without it.',
  logOut: 'Log out',
  logOutEverywhere: 'Log out everywhere',
  logOutEverybody: 'Log out everybody',
  youAre: ({ who, role }: { readonly who: Who; readonly role: Role }) =>
    who.by === 'password'
      ? `You gave the password of this Sluice: ${ROLES[role]}.`
      : `You are ${who.name}: ${ROLES[role]}.`,
  whoIs: (who: Who) => (who.by === 'password' ? 'the password' : who.name),
  loggedIn: 'Who is logged in',
  who: 'Who',
  role: 'Role',
  since: 'Since',
  used: 'Used',
  from: 'From',
  pages: (count: number) => `${formatNoun(count, 'page')} open`,
  thisOne: 'this browser',
  end: 'End',
  hasEnded: 'Ended',
  endOf: (name: string, address: string) => ` the session of ${name}${address === '' ? '' : ` from ${address}`}`,
  endAllOf: (count: number, name: string) => `End all ${count} of ${name}`,
  ended: (count: number, name: string) =>
    count === 0 ? 'It had ended already' : `Ended ${formatNoun(count, 'session')} of ${name}`,
  endHint:
    'What is ended is over at once, also in open pages; running jobs go on. Who may come in is another matter: whoever is a user, or has the password, can log in again, and a user whom a proxy names comes back by itself.',
  usersHint:
    'Everywhere ends your sessions in all browsers, everybody those of all users; whoever is a user logs in again. Users, and what they may do, are changed by “sluice user” where Sluice runs.',
  everywhereHint:
    'Everywhere ends the sessions of all browsers at once. Those with the password log in again. Where there is none, Sluice prints a new address, where it was started, once nobody is logged in.',
}
