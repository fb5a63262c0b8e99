import { displayBytes } from '../../bytes'
import type { AppErrorCode, AppErrorData, AppErrorInfo } from '../../error-data'
import type { Role } from '../../roles'
import { displayName } from '../../format/display-name'
import { formatSize } from '../../format/format-size'
import type { ErrorWords, Say } from '../message-words'
import { strictParams } from '../strict-params'
import { redisErrorText, redisErrorWords } from './redis-error-words'
import { sshErrorWords } from './ssh-error-words'

type Words<C extends AppErrorCode> = (data: AppErrorData<C>, say: Say) => ErrorWords

type Reason = AppErrorData<'UNREACHABLE'>['reason']

const UNREACHABLE: Readonly<Record<Reason, (endpoint: string) => ErrorWords>> = {
  'not-open': () => ({ title: 'This connection is not open', next: 'Open it from the connection list.' }),
  refused: (at) => ({
    title: `Nothing listens at ${at}`,
    next: 'Check host and port, and that the server is running and reachable from this machine.',
  }),
  'not-found': (at) => ({ title: `No host of that name: ${at}`, next: 'Check the spelling, DNS and VPN.' }),
  timeout: (at) => ({
    title: `${at} did not answer in time`,
    next: 'A firewall may drop the packets, or the server is busy. Check host and port, then try again.',
  }),
  closed: (at) => ({
    title: `${at} closed the connection`,
    next: 'It reconnects by itself. If it keeps closing, the server may be at its limit of clients or may want TLS.',
  }),
  tls: (at) => ({
    title: `No secure connection to ${at}`,
    next: 'Check whether the server speaks TLS on this port, the CA certificate, and the server name it is issued for.',
  }),
  'tls-client': (at) => ({
    title: `${at} did not take the client certificate, or wants one`,
    next: 'Give a certificate that an authority of the server has signed, and its key, in the connection’s settings.',
  }),
  'tls-key': (at) => ({
    title: `The key of the client certificate for ${at} can’t be used`,
    next: 'Enter the private key of that very certificate (PEM), and its passphrase where it is encrypted.',
  }),
  'no-secret': (at) => ({
    title: `The password or key for ${at} could not be had`,
    next: 'Put right where Sluice was told to take it from, then open the connection again.',
  }),
  'not-redis': (at) => ({
    title: `What answers at ${at} is not Redis`,
    next: 'Check the port. If the server speaks TLS there, switch TLS on.',
  }),
  'password-needed': (at) => ({ title: `${at} wants a password`, next: 'Enter it to open the connection.' }),
  'password-wrong': (at) => ({
    title: `${at} refused this user name and password`,
    next: 'Check both. An empty user name means the default user.',
  }),
  'no-database': (at) => ({
    title: `${at} has no database of this number`,
    next: 'Choose another: most servers have 0 to 15.',
  }),
  loading: (at) => ({
    title: `${at} is still loading its data`,
    next: 'Nothing to do but wait: the connection opens when it is done.',
  }),
  'no-cluster': (at) => ({
    title: `${at} is no node of a cluster`,
    next: 'Open it as one server: choose host and port instead of cluster.',
  }),
  'slots-denied': (at) => ({
    title: `${at} does not tell this user who has which slots`,
    next: 'Allow it to the user with “ACL SETUSER … +cluster|slots”, then open it again.',
  }),
  'no-slots': (at) => ({
    title: `The cluster at ${at} has no slots yet`,
    next: 'It was never made, or this node was taken out of it. Name another node, or make the cluster first.',
  }),
  'not-sentinel': (at) => ({
    title: `${at} is no sentinel`,
    next: 'Check host and port: a sentinel usually listens on 26379. To open the server itself, choose host and port.',
  }),
  'sentinel-denied': (at) => ({
    title: `The sentinel at ${at} does not let this user ask for the primary`,
    next: 'Enter the sentinels’ own user name and password in the connection’s settings: they are not the server’s.',
  }),
  'no-such-primary': (at) => ({
    title: `The sentinels know no primary of this name: ${at}`,
    next: 'Check the name: “SENTINEL MASTERS” on a sentinel lists what it watches.',
  }),
  'not-primary': (at) => ({
    title: `Whom the sentinels name as the primary is a replica still: ${at}`,
    next: 'A failover may be under way. It is tried again by itself; if it stays so, look at the sentinels.',
  }),
  'no-node': (at) => ({
    title: `No node of ${at} has this key now`,
    next: 'Its slot has no node, or a replica is taking over. It is asked again by itself; the other streams go on.',
  }),
  ...sshErrorWords,
  other: (at) => ({ title: `${at} could not be reached`, next: 'Check the address, and try again.' }),
}

/** Where more than the words of the reason helps. */
const WITH_DETAIL: ReadonlySet<Reason> = new Set([
  ...([
    'tls',
    'tls-client',
    'tls-key',
    'no-secret',
    'no-database',
    'other',
    'ssh-closed',
    'not-ssh',
    'ssh-key',
    'ssh-agent',
  ] as const),
  ...(['ssh-auth', 'ssh-host-unknown', 'ssh-host-changed', 'ssh-host-revoked', 'ssh-unreached'] as const),
])

const UNKNOWN: Readonly<Record<AppErrorData<'UNKNOWN_OUTCOME'>['cause'], (command: string) => string>> = {
  lost: (command) => `The connection was lost before ${command} was answered`,
  'odd-reply': (command) => `The reply to ${command} makes no sense`,
  'no-multi': (command) => `The server refused MULTI, and may have run ${command} without it`,
}

// To read what isn't there is to have no words at all.
function afterUnknown(data: AppErrorData<'UNKNOWN_OUTCOME'>): string {
  if ('alike' in data && data.alike !== undefined)
    return `An entry with exactly these fields came since, ${data.alike}: it is yours, or another’s who added the same; nothing tells. It is not sent again: add it once more only where one too many does no harm.`
  if ('readBack' in data && data.readBack === true)
    return 'It is not sent again. What it had done was read once the connection was back, and is counted.'
  return 'It may or may not have been carried out, and is not sent again. Refresh to see what is so now.'
}

/** What is not there, where that is no name of Redis's own. */
const FEATURES: Readonly<Record<string, string>> = {
  'change-given': 'change this connection',
  'kept-idle': 'keep the idle time',
  'redis-cli-script': 'a script for redis-cli',
}

const MISSING: Readonly<Record<AppErrorData<'NOT_FOUND'>['what'], string>> = {
  connection: 'It was removed. Choose another one.',
  stream: 'It was deleted or renamed meanwhile. Refresh; what was read before stays on screen.',
  group: 'It was destroyed or renamed meanwhile. Refresh to see the groups there are.',
  consumer: 'It was removed from the group meanwhile. Refresh to see the consumers there are.',
  field: 'The entry has fewer fields. Open it again.',
  entry: 'It was deleted or trimmed away meanwhile.',
  plan: 'Plans are kept for ten minutes. Make it again.',
  job: 'Sluice was started again since. The journal has what it did.',
  'journal record': 'The journal was moved or cleaned up.',
  backup: 'It was moved or removed from Sluice’s data directory meanwhile.',
  alert: 'It was deleted meanwhile. Add another one.',
  webhook: 'It was deleted meanwhile. Add another one.',
  rule: 'It was deleted meanwhile. Add another one.',
  'saved search': 'It was removed meanwhile. Save it once more.',
}

const TOO_LARGE: Readonly<Record<AppErrorData<'TOO_LARGE'>['what'], string>> = {
  entry: 'Nothing larger is read unless asked for, so that a look costs the server little.',
  names:
    'The streams found before are shown. Search by a part of the name in another client, or open a stream by its name.',
  reply: 'It was read to its end and not kept. Open the entries one by one.',
  text: 'Save its values to files instead.',
  value: 'A reply of Redis can hold no more. Read it with a client of your own, in parts of the entry.',
}

const NOT_ADDED: Readonly<Record<AppErrorData<'NOT_CARRIED_OUT'>['what'], string>> = {
  entry: 'no entry was added',
  group: 'no group was made',
  consumer: 'no consumer was made',
}

const MAY_NOT: Readonly<Record<Role, string>> = {
  viewer: 'A viewer may look, and not',
  operator: 'An operator may put streams right, and not',
  admin: 'An admin may not',
}
const ASK: Readonly<Record<Role, string>> = {
  viewer: 'Ask whoever runs this Sluice to make you one of its users.',
  operator: 'Ask an operator or an admin of this Sluice.',
  admin: 'Ask an admin of this Sluice.',
}

const WORDS: { readonly [C in AppErrorCode]: Words<C> } = {
  REDIS: redisErrorWords,
  UNREACHABLE: ({ reason, endpoint, detail }, say) => ({
    ...UNREACHABLE[reason](endpoint),
    reply: detail !== null && WITH_DETAIL.has(reason) ? say(detail) : undefined,
  }),
  UNKNOWN_OUTCOME: (data) => ({
    title: UNKNOWN[data.cause](data.command),
    next: afterUnknown(data),
  }),
  NOT_CARRIED_OUT: ({ what, command }) => ({
    title: `${command} was not carried out`,
    next: `Its reply was lost, so Sluice looked: ${NOT_ADDED[what]}, and none will be by that command. Go again.`,
  }),
  READ_ONLY: ({ connection }) =>
    connection === null
      ? {
          title: 'This Sluice is read-only',
          next: 'Nothing was sent. It was started with --read-only, and changes nothing on any connection.',
        }
      : {
          title: `${connection} is read-only in Sluice`,
          next: 'Nothing was sent. Switch read-only off in the connection’s settings to change anything.',
        },
  FORBIDDEN: ({ role, needs }) => ({
    title: `${MAY_NOT[role]} do this`,
    next: `Nothing was done. ${ASK[needs]}`,
  }),
  CONFIRMATION_NEEDED: ({ connection, host, expected }) => ({
    title: `${connection} (${host}) is a production connection`,
    next: `This can’t be undone: type ${displayBytes(expected)} to confirm.`,
  }),
  NOT_FOUND: ({ what, name }) => ({ title: `The ${what} ${displayName(name)} doesn’t exist`, next: MISSING[what] }),
  TOO_LARGE: ({ what, mostBytes }) => ({
    title:
      what === 'names'
        ? `All names of streams take more than ${formatSize(mostBytes)}`
        : what === 'reply'
          ? `The server answered with more than ${formatSize(mostBytes)}`
          : `The ${what} has more than ${formatSize(mostBytes)}`,
    next: TOO_LARGE[what],
  }),
  BAD_INPUT: ({ problem, remedy }, say) => ({ title: say(problem), next: say(remedy) }),
  STALE_PLAN: ({ problem }, say) =>
    problem.code === 'plan.too-old'
      ? { title: 'This plan is kept no longer', next: `Nothing was sent. ${say(problem)}` }
      : {
          title: 'Things changed since this was planned',
          next: 'Nothing was sent. Look at the new figures and go again.',
        },
  ODD_REPLY: () => ({
    title: 'The server’s reply makes no sense',
    next: 'What answers may be Redis in name only, or a proxy changes its replies. Nothing was made of it.',
  }),
  CONFLICT: () => ({
    title: 'Another job is changing this already',
    next: 'Wait until it ends, or cancel it in the status bar.',
  }),
  BUSY: ({ most }) => ({
    title: `This page asks for more than ${most} things at once`,
    next: 'Close tabs that you don’t need, or load the page again.',
  }),
  UNSUPPORTED: ({ feature, reason }, say) => ({
    title: `Not possible here: ${FEATURES[feature] ?? feature}`,
    next: say(reason),
  }),
  STORAGE: ({ file, operation, sent }) => ({
    title: `${file} could not be ${operation === 'read' ? 'read' : 'written'}`,
    next: `${sent ? 'What had been sent to Redis before was carried out.' : 'Nothing was sent to Redis.'} Check free space and permissions of where it lies: Sluice’s data directory, unless you chose another.`,
  }),
}

/** An error in one line, where its title alone would tell too little. */
const TEXTS: { readonly [C in AppErrorCode]?: (data: AppErrorData<C>, say: Say) => string } = {
  REDIS: redisErrorText,
  UNREACHABLE: ({ reason, endpoint, detail }, say) => {
    const { title } = UNREACHABLE[reason](endpoint)
    return detail === null ? title : `${title} (${say(detail)})`
  },
  STALE_PLAN: ({ problem }, say) => say(problem),
  UNSUPPORTED: ({ reason }, say) => say(reason),
  STORAGE: ({ problem, why }, say) => (why === null ? say(problem) : `${say(problem)}: ${why}`),
}

/** The words for an error of the contract; null for any other, and for one whose data is not what it should be. */
export function appErrorWords({ code, data }: AppErrorInfo, say: Say): ErrorWords | null {
  return isAppCode(code) ? within(() => wordsFor(code, data, say)) : null
}

/** An error in one line; by its code alone where it is none of the contract's. */
export function appErrorText({ code, data }: AppErrorInfo, say: Say): string {
  return (isAppCode(code) ? within(() => textFor(code, data, say)) : null) ?? code
}

function isAppCode(code: string): code is AppErrorCode {
  return Object.hasOwn(WORDS, code)
}

function wordsFor<C extends AppErrorCode>(code: C, data: unknown, say: Say): ErrorWords {
  return WORDS[code](checked(data), say)
}

function textFor<C extends AppErrorCode>(code: C, data: unknown, say: Say): string {
  return TEXTS[code]?.(checked(data), say) ?? wordsFor(code, data, say).title
}

/** As it is read: the host checked an error's data against the contract, but one of a journal may be damaged. */
function checked<C extends AppErrorCode>(data: unknown): AppErrorData<C> {
  return strictParams(Object(data) as object) as AppErrorData<C>
}

function within<T>(words: () => T): T | null {
  try {
    return words()
  } catch {
    return null
  }
}
