/** A browser's session at the web host. */
export const sessionWords = {
  session: 'Session',
  hint: 'This browser stays logged in until it logs out, isn’t used for a day, or Sluice ends. Running jobs go on without it.',
  logOut: 'Log out',
  logOutEverywhere: 'Log out everywhere',
  everywhereHint:
    'Everywhere ends the sessions of all browsers at once. Those with the password log in again. Where there is none, Sluice prints a new address, where it was started, once nobody is logged in.',
}
