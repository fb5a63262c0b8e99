/** Commands that only read. A `Reader` sends these and no others. */
export const READ_COMMANDS = [
  'ACL',
  'CLIENT',
  'COMMAND',
  'CONFIG',
  'DBSIZE',
  'HELLO',
  'INFO',
  'MEMORY',
  'PING',
  'PTTL',
  'SCAN',
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

/** Commands that change what is in Redis. Only a `Writer` sends these. */
export const WRITE_COMMANDS = [
  'EVAL',
  'HSET',
  'PEXPIRE',
  'RENAMENX',
  'UNLINK',
  'XACK',
  'XACKDEL',
  'XADD',
  'XAUTOCLAIM',
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
export function spokenName(command: string, args: readonly unknown[]): string {
  const [first] = args
  return /^(XINFO|XGROUP|CONFIG|CLIENT|ACL|MEMORY|COMMAND)$/.test(command) && typeof first === 'string'
    ? `${command} ${first}`
    : command
}
