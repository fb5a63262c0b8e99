import { formatDuration } from '../../format/format-duration'
import { formatClock } from '../../format/format-time'

/** How the page stands to its host, and what it says when it lost it. */
export const linkWords = {
  noAnswer: 'Sluice’s own process didn’t answer',
  noAnswerNext: 'The page reconnects by itself. Look at what is so now before you try again.',
  badInput: 'Some of what was entered can’t be used',
  badInputNext: 'Check the fields and try again.',
  fault: 'Something went wrong inside Sluice',
  faultNext: 'This is a fault of Sluice, not of your Redis. Its log has the details.',
  lost: 'The connection to Sluice’s own process was lost',
  nextTry: (leftMs: number) => `next try in ${formatDuration(leftMs)}`,
  tryingNow: 'trying now',
  silentSince: (sinceMs: number) =>
    `Sluice’s own process has not answered since ${formatClock(sinceMs)}. What you see is of then; running jobs go on.`,
  endedAt: (atMs: number) =>
    `Sluice was ended where it runs, at ${formatClock(atMs)}. What you see is of then; a job that ran is in the journal, as far as it got.`,
  reconnecting: (wait: string) => `Reconnecting: ${wait}.`,
  tryNow: 'Try now',
  signedOut: 'This page has been signed out',
  signedOutWhy:
    'Somebody logged out, Sluice was started again, or the session ran out. Jobs that were running are carried on by Sluice itself, and are in the journal.',
  startCommand: 'npm start -- --web',
  reload: 'Reload',
  logInAgain: 'If Sluice asked you for a password before, {reload} and log in again.',
  reloadThis: 'reload',
  startAgain:
    'Otherwise open the address that Sluice printed last where it was started, or start it again ({web}, or {sandbox}). Each address works once.',
}
