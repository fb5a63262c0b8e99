import { AppError } from '../../shared/error'
import { randomUUID } from 'node:crypto'
import type { CapabilityName } from '../../shared/model/connection'
import type { Argument } from './reader-writer'

/** No such key exists anywhere. */
const KEY = `sluice:probe:${randomUUID()}`
/** Refused by every command that takes an id, before it does anything. */
const BAD_ID = 'no-id'

/**
 * Commands that are refused whatever the server holds: on a key that doesn't exist, with an id or a number that is none.
 * Unknown commands, the ACL and a replica's read-only state are checked by Redis before the arguments are, so the
 * refusal tells them apart. None of them can change anything.
 */
export const PROBES = {
  scanType: ['SCAN', '0', 'MATCH', KEY, 'COUNT', 1, 'TYPE', 'stream'],
  trimMinId: ['XTRIM', KEY, 'MINID', BAD_ID],
  xadd: ['XADD', KEY, BAD_ID, 'field', 'value'],
  // The one id that is refused for being too small rather than for being none: the option was read as one.
  noMkStream: ['XADD', KEY, 'NOMKSTREAM', '0-0', 'field', 'value'],
  xack: ['XACK', KEY, 'group', BAD_ID],
  xclaim: ['XCLAIM', KEY, 'group', 'consumer', '0', BAD_ID],
  xautoclaim: ['XAUTOCLAIM', KEY, 'group', 'consumer', '0', BAD_ID],
  xtrim: ['XTRIM', KEY, 'MAXLEN', 'no-number'],
  xdel: ['XDEL', KEY, BAD_ID],
  xgroup: ['XGROUP', 'CREATE', KEY, 'group', BAD_ID],
  xsetid: ['XSETID', KEY, BAD_ID],
  xcfgset: ['XCFGSET', KEY, 'IDMP-DURATION', 'no-number'],
  renamenx: ['RENAMENX', KEY, KEY],
  createConsumer: ['XGROUP', 'CREATECONSUMER', KEY, 'group', 'consumer'],
  entriesRead: ['XGROUP', 'CREATE', KEY, 'group', '0', 'ENTRIESREAD', 'no-number'],
  hset: ['HSET', KEY, 'field', 'value', 'no-pair'],
  multi: ['MULTI'], // not sent alone: see `createTransactions`
  xackdel: ['XACKDEL', KEY, 'group', 'IDS', '1', BAD_ID],
  xdelex: ['XDELEX', KEY, 'IDS', '1', BAD_ID],
  xnack: ['XNACK', KEY, 'group', 'FAIL', 'IDS', '1', BAD_ID],
  eval: ['EVAL', 'return 1', '-1'],
  memoryUsage: ['MEMORY', 'USAGE', KEY],
} as const satisfies Readonly<Record<CapabilityName, readonly [string, ...Argument[]]>>
export type ProbeName = keyof typeof PROBES
/** Those that are refused on a key that exists as well, for their id: they tell whether the ACL lets this user change it. */
export type KeyProbeName = 'xack' | 'xclaim' | 'xdel' | 'xgroup'

/** The probe itself, or the same about a key. */
export function probeCommand(name: ProbeName, key?: Buffer): readonly [string, ...Argument[]] {
  const [command, ...args] = PROBES[name]
  return [command, ...args.map((each) => (key !== undefined && each === KEY ? key : each))]
}

/** Null where it was carried out. Only a lost connection is an error. */
export async function refusalOf(probe: Promise<unknown>): Promise<AppError | null> {
  try {
    await probe
    return null
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'UNREACHABLE') throw error
    return error
  }
}
