const TCP = 'Write redis://host:6379.'
const SOCKET = 'Write unix:/path/to/redis.sock.'

/** What is wrong with a connection's URL, and what to write instead. Never with what was typed: it may hold a password. */
export const urlMessages = {
  'url.not-redis': () => 'This is no Redis URL.',
  'url.begin-with': () =>
    'Begin with redis://, rediss://, redis+cluster://, redis-sentinel:// or unix:; or write host:port.',
  'url.not-listed': () => 'It says nowhere where the server is.',
  'url.list-it': () => 'Give its address as “url”, or its “endpoint”.',
  'url.no-slashes': () => 'The slashes are missing.',
  'url.no-host': () => 'The host is missing.',
  'url.write-host': () => TCP,
  'url.bad-port': () => 'The port is wrong.',
  'url.write-port': () => 'Write a number from 1 to 65535.',
  'url.db-twice': () => 'The database is given twice.',
  'url.db-once': () => 'Write it once, at the end.',
  'url.bad-nodes': () => 'One of the hosts is wrong.',
  'url.write-nodes': () =>
    'Write host and port of one or more, with commas between them: redis+cluster://a:6379,b:6379.',
  'url.write-sentinels': () =>
    'Write the sentinels, then how they call the primary: redis-sentinel://a:26379,b:26379/mymaster.',
  'url.no-primary': () => 'The name of the primary is missing.',
  'url.cli-quote': () => 'A quotation mark is not closed.',
  'url.close-quote': () => 'Close it, or put the whole word in single quotes.',
  'url.cli-flag': ({ flag }: { readonly flag: string }) => `${flag} can’t be taken over from a line of redis-cli.`,
  'url.cli-value': ({ flag }: { readonly flag: string }) => `${flag} has no value.`,
  'url.leave-flag': () => 'Leave it out, and fill it in below.',
  'url.give-value': () => 'Write it behind the option.',
  'url.cluster-db': () => 'A cluster has no numbered databases.',
  'url.leave-db': () => 'Leave the database out.',
  'url.bad-db': () => 'The database is wrong.',
  'url.write-db': () => 'Write its number, such as /0, at the end.',
  'url.socket-with-host': () => 'The path of the socket must begin with a slash.',
  'url.no-socket': () => 'The path of the socket is missing.',
  'url.write-socket': () => SOCKET,
  'url.hash': () => 'There is a # in the URL.',
  'url.encode-hash': () => 'Write %23 for a # in the password or the path.',
  'url.unreadable': () => 'This URL can’t be read.',
  'url.whole': () => 'Write redis://user:password@host:port/db, with @ : / ? # % in the password percent-encoded.',
  'url.bad-encoding': ({ part }: { readonly part: string }) => `The ${part} is not well percent-encoded.`,
  'url.encode-percent': () => 'Write %25 for a % sign.',
}
