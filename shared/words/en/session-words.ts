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
  usersHint:
    'Everywhere ends your sessions in all browsers, everybody those of all users; whoever is a user logs in again. Users, and what they may do, are changed by “sluice user” where Sluice runs.',
  everywhereHint:
    'Everywhere ends the sessions of all browsers at once. Those with the password log in again. Where there is none, Sluice prints a new address, where it was started, once nobody is logged in.',
}
