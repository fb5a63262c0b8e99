import { STREAM_LOOK_LUA, STREAM_LOOK_SHA } from './scripts/stream-look-lua'
import { WITHOUT_BODIES_LUA, WITHOUT_BODIES_SHA } from './scripts/without-bodies-lua'

/** Commands that only read. A `Reader` sends these and no others. */
export const READ_COMMANDS = [
  'ACL',
  'CLIENT',
  'CLUSTER',
  'COMMAND',
  'CONFIG',
  'DBSIZE',
  'EVALSHA_RO',
  'EVAL_RO',
  'HELLO',
  'HLEN',
  'HMGET',
  'HPEXPIRETIME',
  'HSTRLEN',
  'INFO',
  'MEMORY',
  'PING',
  'PTTL',
  'SCAN',
  'SENTINEL',
  'TIME',
  'TYPE',
  'XINFO',
  'XLEN',
  'XPENDING',
  'XRANGE',
  'XREAD',
  'XREVRANGE',
] as const
export type ReadCommand = (typeof READ_COMMANDS)[number]

/** Of commands that have others as well, what may be read by them. */
const READ_SUBCOMMANDS: Readonly<Record<string, readonly string[]>> = {
  ACL: ['WHOAMI'],
  CLIENT: ['LIST'],
  CLUSTER: ['SLOTS', 'MYID', 'NODES'],
  COMMAND: ['INFO'],
  CONFIG: ['GET'],
  // The only scripts of a reader.
  EVALSHA_RO: [STREAM_LOOK_SHA, WITHOUT_BODIES_SHA],
  EVAL_RO: [STREAM_LOOK_LUA, WITHOUT_BODIES_LUA],
  HELLO: [],
  MEMORY: ['USAGE'],
  SENTINEL: ['MASTER', 'SENTINELS'],
  XINFO: ['STREAM', 'GROUPS', 'CONSUMERS'],
}
const reading: ReadonlySet<string> = new Set(READ_COMMANDS)

/** Whether a command only reads, in the form in which it is to be sent. */
export function onlyReads(command: string, [first]: readonly unknown[]): boolean {
  if (!reading.has(command)) return false
  const subcommands = READ_SUBCOMMANDS[command]
  return subcommands === undefined || first === undefined || subcommands.some((name) => name === first)
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

/** `XINFO GROUPS` rather than `XINFO`, for errors. */
export function commandLabel(command: string, args: readonly unknown[]): string {
  const [first] = args
  return /^(XINFO|XGROUP|CONFIG|CLIENT|CLUSTER|ACL|MEMORY|COMMAND)$/.test(command) && typeof first === 'string'
    ? `${command} ${first}`
    : command
}
