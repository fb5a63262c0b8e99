import { STREAM_LOOK_LUA, STREAM_LOOK_SHA } from './scripts/stream-look-lua'
import { WITHOUT_BODIES_LUA, WITHOUT_BODIES_SHA } from './scripts/without-bodies-lua'

/** The only scripts of a reader. */
const READ_SCRIPTS = {
  EVALSHA_RO: [STREAM_LOOK_SHA, WITHOUT_BODIES_SHA],
  EVAL_RO: [STREAM_LOOK_LUA, WITHOUT_BODIES_LUA],
} as const

/** Of commands that only read in some of their forms: which. */
export const READ_SUBCOMMANDS = {
  ACL: ['WHOAMI'],
  CLIENT: ['LIST'],
  CLUSTER: ['INFO', 'SLOTS', 'MYID', 'NODES'],
  COMMAND: ['INFO'],
  CONFIG: ['GET'],
  MEMORY: ['USAGE'],
  SENTINEL: ['MASTER', 'MASTERS', 'SENTINELS'],
  XINFO: ['STREAM', 'GROUPS', 'CONSUMERS'],
} as const

/**
 * Commands that only read. A `Reader` sends these and no others, and only with one of these first arguments; `any`: no form
 * of it changes anything.
 */
const READING = {
  ...READ_SCRIPTS,
  ...READ_SUBCOMMANDS,
  DBSIZE: 'any',
  // With arguments it logs in, or changes the protocol.
  HELLO: [],
  HLEN: 'any',
  HMGET: 'any',
  HPEXPIRETIME: 'any',
  HSTRLEN: 'any',
  INFO: 'any',
  PING: 'any',
  PTTL: 'any',
  SCAN: 'any',
  TIME: 'any',
  TYPE: 'any',
  XLEN: 'any',
  XPENDING: 'any',
  XRANGE: 'any',
  XREAD: 'any',
  XREVRANGE: 'any',
} as const satisfies Readonly<Record<string, readonly string[] | 'any'>>
export type ReadCommand = keyof typeof READING
export const READ_COMMANDS = Object.keys(READING).sort() as ReadCommand[]
const reading: ReadonlyMap<string, readonly unknown[] | 'any'> = new Map(Object.entries(READING))

/** Whether a command only reads, in the form in which it is to be sent. */
function onlyReads(command: string, [first]: readonly unknown[]): boolean {
  const forms = reading.get(command)
  return forms !== undefined && (forms === 'any' || first === undefined || forms.includes(first))
}

/** Commands that change what is in Redis. Only a `Writer` sends these. */
export const WRITE_COMMANDS = [
  'EVAL',
  'HDEL',
  'HPEXPIREAT',
  'HSET',
  'PEXPIRE',
  'RENAMENX',
  'UNLINK',
  'XACK',
  'XACKDEL',
  'XADD',
  'XAUTOCLAIM',
  'XCFGSET',
  'XCLAIM',
  'XDEL',
  'XDELEX',
  'XGROUP',
  'XNACK',
  'XSETID',
  'XTRIM',
] as const
export type WriteCommand = (typeof WRITE_COMMANDS)[number]

const writing: ReadonlySet<string> = new Set(WRITE_COMMANDS)

/** Whether it may change what is in Redis, by its name in capitals. */
export function isWriteCommand(command: string): boolean {
  return writing.has(command)
}

/** Throws: to call it so is a fault of ours. */
export function checkReads(command: string, args: readonly unknown[]): void {
  if (!onlyReads(command, args)) throw new Error(`${command} is not a command that only reads`)
}

/** The same of a command that writes. */
export function checkWrites(command: string): void {
  if (!isWriteCommand(command)) throw new Error(`${command} is not a known command that writes`)
}

const WITH_SUBCOMMANDS: ReadonlySet<string> = new Set([...Object.keys(READ_SUBCOMMANDS), 'XGROUP'])

/** `XINFO GROUPS` rather than `XINFO`, for errors. */
export function commandLabel(command: string, args: readonly unknown[]): string {
  const [first] = args
  return WITH_SUBCOMMANDS.has(command) && typeof first === 'string' ? `${command} ${first}` : command
}
