import type { AppErrorData } from '../../error-data'
import { displayName } from '../../format/display-name'
import type { ErrorWords } from '../message-words'

interface Known {
  readonly title: string
  /** The same where it is known which key it is about. */
  readonly of?: (name: string) => string
  readonly next: string
}

/** By the first word of Redis's reply; see https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors. */
const REDIS: Readonly<Record<string, Known>> = {
  NOPERM: {
    title: 'Your Redis user may not do this',
    of: (name) => `Your Redis user may not do this with ${name}`,
    next: 'Ask for this command and key pattern in the user’s ACL, or log in as another user.',
  },
  READONLY: {
    title: 'This server is a read-only replica',
    next: 'You can look; to change anything, connect to the primary.',
  },
  LOADING: { title: 'The server is loading its data', next: 'Wait until it is done; nothing was changed.' },
  OOM: {
    title: 'The server is out of memory',
    next: 'Adding entries and groups fails until memory is freed, for instance by a trim. Claims and acks still work.',
  },
  MISCONF: {
    title: 'The server refuses writes because it can’t save to its disk',
    next: 'Have the server’s disk and permissions looked at. Its log says more.',
  },
  NOREPLICAS: {
    title: 'Too few replicas are in sync',
    next: 'The server refuses writes until they are back. Try again later.',
  },
  MASTERDOWN: {
    title: 'The replica lost its primary',
    next: 'Try again once a primary is up, or connect to it directly.',
  },
  BUSYGROUP: {
    title: 'A group of that name already exists',
    next: 'Nothing was changed. Choose another name, or use the one there is.',
  },
  NOGROUP: { title: 'The stream or the group is gone', next: 'It was deleted or renamed meanwhile. Refresh.' },
  UNBLOCKED: { title: 'The stream was deleted while it was being read', next: 'Refresh to see whether it is back.' },
  WRONGTYPE: {
    title: 'This key is not a stream any more',
    of: (name) => `${name} is not a stream any more`,
    next: 'Another type of value took its place. Rescan to update the list.',
  },
  CROSSSLOT: { title: 'These keys live on different nodes of the cluster', next: 'Use keys with one {tag} in common.' },
  MOVED: {
    title: 'The key lives on another node of the cluster',
    of: (name) => `${name} lives on another node of the cluster`,
    next: 'Connect to the node named in the reply.',
  },
  ASK: {
    title: 'The key is moving to another node',
    of: (name) => `${name} is moving to another node`,
    next: 'The cluster is resharding. Try again shortly.',
  },
  TRYAGAIN: { title: 'The keys are moving to another node', next: 'The cluster is resharding. Try again shortly.' },
  CLUSTERDOWN: { title: 'The cluster is down', next: 'Not every slot is served. Have its nodes looked at.' },
  BUSY: {
    title: 'The server is busy with a script',
    next: 'A script or function blocks it. Wait, or have it ended by SCRIPT KILL.',
  },
  NOAUTH: { title: 'The server wants a password', next: 'Open the connection again with one.' },
  WRONGPASS: { title: 'User name and password don’t match', next: 'Check both; the user may also be disabled.' },
  EXECABORT: { title: 'The server refused the transaction', next: 'Nothing of it was carried out.' },
}

/** Replies whose first word is ERR, told apart by their text. */
const PLAIN: readonly (readonly [RegExp, Known])[] = [
  [
    /^ERR unknown (command|subcommand)/i,
    {
      title: 'The server doesn’t know this command',
      next: 'It is too old for it, or the command was renamed or disabled.',
    },
  ],
  [
    /^ERR no such key|requires the key to exist/i,
    {
      title: 'The stream is gone',
      of: (name) => `${name} is gone`,
      next: 'It was deleted or renamed meanwhile. Refresh.',
    },
  ],
  [
    /^ERR max number of clients/i,
    { title: 'The server has no room for another client', next: 'Close other clients, or have maxclients raised.' },
  ],
  [
    /smaller than the target stream top item/i,
    {
      title: 'The id is not greater than the last one',
      of: (name) => `The id is not greater than the last one of ${name}`,
      next: 'Ids only ever grow. Use * or a greater id.',
    },
  ],
  [
    /exhausted the last possible id/i,
    {
      title: 'This stream can take no more entries: its last id is the greatest there is',
      of: (name) => `${name} can take no more entries: its last id is the greatest there is`,
      next: 'Have new entries go to another stream.',
    },
  ],
  [
    /^ERR syntax error|wrong number of arguments/i,
    { title: 'The server doesn’t know an option that was sent', next: 'It is probably too old for it.' },
  ],
]

/** What Redis answered, in plain words; `reply` is its own. */
export function redisErrorWords(data: AppErrorData<'REDIS'>): ErrorWords {
  const { prefix, reply, command } = data
  const name = keyOf(data)
  if (prefix === 'WRONGTYPE' && /^H[A-Z]/.test(command)) {
    return { title: `${name ?? 'This key'} is not a hash`, next: 'Another type of value has this name.', reply }
  }
  const known = REDIS[prefix] ?? PLAIN.find(([pattern]) => pattern.test(reply))?.[1]
  const { title, of, next } = known ?? {
    title: `Redis refused ${command}`,
    of: (key: string) => `Redis refused ${command} on ${key}`,
    next: 'The server’s own words are below.',
  }
  return { title: name === null ? title : (of?.(name) ?? title), next, reply }
}

/** Redis's own words, which name no key. */
export function redisErrorText(data: AppErrorData<'REDIS'>): string {
  const name = keyOf(data)
  return name === null ? data.reply : `${name}: ${data.reply}`
}

function keyOf(data: AppErrorData<'REDIS'>): string | null {
  return 'key' in data && data.key !== undefined ? displayName(data.key) : null
}
