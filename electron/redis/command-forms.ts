import { READ_SUBCOMMANDS, type ReadCommand, type WriteCommand } from './commands'

/** What is sent beside the commands of readers and writers, by ioredis and by connections themselves. */
type OwnCommand = 'ASKING' | 'AUTH' | 'EXEC' | 'MULTI' | 'READONLY' | 'SELECT'

export type WireArgument = Buffer | string
export type Args = readonly WireArgument[]

/**
 * Which arguments of a command may be shown to people: those that say what it is about. All others are hidden, whatever they are: a form
 * says what is safe, never what is not.
 */
export interface Form {
  /** Positions of names: keys, groups, consumers, settings of the server. */
  readonly names?: readonly number[] | ((args: Args) => readonly number[])
  /** Words of its own, in capitals. Ids and figures show as well. */
  readonly words?: readonly string[]
  /** A position that is hidden before others that are not. */
  readonly hides?: number
  /** From where on all is data, which may look like ids and figures. */
  readonly data?: number | ((args: Args) => number)
  /** How long it is may not be told either. */
  readonly isSecret?: boolean
}

const KEY: Form = { names: [0] }
const KEY_AND_DATA: Form = { names: [0], data: 1 }
const MODES = ['KEEPREF', 'DELREF', 'ACKED']
const NOTHING_TO_TELL: Form = { data: 0 }
const SCRIPT: Form = {
  names: (args) => Array.from({ length: keyCount(args) }, (_, at) => at + 2),
  hides: 0,
  data: (args) => 2 + keyCount(args),
}

/** One of each command there is: one without does not compile, and one that is not here shows its name alone. */
const FORMS = {
  ...({ ASKING: {}, EXEC: {}, MULTI: {}, READONLY: {}, SELECT: {} } satisfies Partial<Record<OwnCommand, Form>>),
  AUTH: { ...NOTHING_TO_TELL, isSecret: true },
  HELLO: { ...NOTHING_TO_TELL, isSecret: true },

  ACL: { words: READ_SUBCOMMANDS.ACL },
  CLIENT: { words: [...READ_SUBCOMMANDS.CLIENT, 'ID', 'KILL', 'SETNAME', 'SETINFO', 'LIB-NAME', 'LIB-VER'] },
  CLUSTER: { words: READ_SUBCOMMANDS.CLUSTER },
  COMMAND: { names: (args) => args.map((_, at) => at).slice(1), words: READ_SUBCOMMANDS.COMMAND },
  CONFIG: { names: [1], words: READ_SUBCOMMANDS.CONFIG, data: 2 },
  DBSIZE: {},
  INFO: { names: [0], data: 1 },
  MEMORY: { names: [1], words: [...READ_SUBCOMMANDS.MEMORY, 'SAMPLES'] },
  PING: NOTHING_TO_TELL,
  SCAN: { names: (args) => [behind(args, 'MATCH')], words: ['MATCH', 'COUNT', 'TYPE', 'STREAM'] },
  SENTINEL: { names: [1], words: READ_SUBCOMMANDS.SENTINEL, data: 2 },
  TIME: {},

  EVAL: SCRIPT,
  EVAL_RO: SCRIPT,
  EVALSHA_RO: SCRIPT,

  HDEL: KEY_AND_DATA,
  HLEN: KEY,
  HMGET: KEY_AND_DATA,
  HPEXPIREAT: { names: [0], words: ['FIELDS'], data: (args) => behind(args, 'FIELDS') + 1 },
  HPEXPIRETIME: { names: [0], words: ['FIELDS'], data: (args) => behind(args, 'FIELDS') + 1 },
  HSET: KEY_AND_DATA,
  HSTRLEN: KEY_AND_DATA,
  PEXPIRE: KEY,
  PTTL: KEY,
  RENAMENX: { names: [0, 1] },
  TYPE: KEY,
  UNLINK: { names: (args) => args.map((_, at) => at) },

  XACK: { names: [0, 1] },
  XACKDEL: { names: [0, 1], words: [...MODES, 'IDS'] },
  XADD: { names: [0], words: ['NOMKSTREAM', 'MAXLEN', 'MINID', 'LIMIT', ...MODES], data: fieldsOfXadd },
  XAUTOCLAIM: { names: [0, 1, 2], words: ['COUNT', 'JUSTID'] },
  XCFGSET: { names: [0], words: ['IDMP-DURATION', 'IDMP-MAXSIZE'] },
  XCLAIM: { names: [0, 1, 2], words: ['IDLE', 'TIME', 'RETRYCOUNT', 'FORCE', 'JUSTID', 'LASTID'] },
  XDEL: KEY,
  XDELEX: { names: [0], words: [...MODES, 'IDS'] },
  XGROUP: {
    names: (args) => (/^(CREATE|DEL)CONSUMER$/.test(String(args[0])) ? [1, 2, 3] : [1, 2]),
    words: ['CREATE', 'CREATECONSUMER', 'DELCONSUMER', 'DESTROY', 'SETID', 'MKSTREAM', 'ENTRIESREAD'],
  },
  XINFO: { names: [1, 2], words: [...READ_SUBCOMMANDS.XINFO, 'FULL', 'COUNT'] },
  XLEN: KEY,
  XNACK: { names: [0, 1], words: ['SILENT', 'FAIL', 'FATAL', 'IDS'] },
  XPENDING: { names: (args) => [0, 1, String(args[2]) === 'IDLE' ? 7 : 5], words: ['IDLE'] },
  XRANGE: { names: [0], words: ['COUNT'] },
  XREAD: { names: (args) => [behind(args, 'STREAMS')], words: ['COUNT', 'BLOCK', 'STREAMS'] },
  XREVRANGE: { names: [0], words: ['COUNT'] },
  XSETID: { names: [0], words: ['ENTRIESADDED', 'MAXDELETEDID'] },
  XTRIM: { names: [0], words: ['MAXLEN', 'MINID', 'LIMIT', ...MODES] },
} as const satisfies Readonly<Record<ReadCommand | WriteCommand | OwnCommand, Form>>

const UNKNOWN: Form = { ...NOTHING_TO_TELL, isSecret: true }
const forms: ReadonlyMap<string, Form> = new Map(Object.entries<Form>(FORMS))

/** By its name in capitals. */
export function formOf(command: string): Form {
  return forms.get(command) ?? UNKNOWN
}

/** The position behind a word of the command; -1 where the word is not there: then all is hidden. */
function behind(args: Args, word: string): number {
  const at = args.findIndex((arg) => arg === word)
  return at < 0 ? -1 : at + 1
}

/** What a script is told of: as many keys as its second argument says. */
function keyCount(args: Args): number {
  const count = Number(args[1])
  return Number.isInteger(count) && count > 0 ? Math.min(count, Math.max(0, args.length - 2)) : 0
}

/** Behind the id. https://redis.io/docs/latest/commands/xadd/ */
function fieldsOfXadd(args: Args): number {
  let at = 1
  for (;;) {
    const word = String(args[at])
    if (word === 'NOMKSTREAM' || MODES.includes(word)) at += 1
    else if (word === 'LIMIT') at += 2
    else if (word === 'MAXLEN' || word === 'MINID') at += args[at + 1] === '~' || args[at + 1] === '=' ? 3 : 2
    else return at + 1
  }
}
