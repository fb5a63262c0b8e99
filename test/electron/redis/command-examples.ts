import type { ReadCommand, WriteCommand } from '../../../electron/redis/commands'
import type { Argument } from '../../../electron/redis/reader-writer'
import { STREAM_LOOK_LUA, STREAM_LOOK_SHA } from '../../../electron/redis/scripts/stream-look-lua'

const KEY = Buffer.from('orders')
const GROUP = Buffer.from('billing')

/** Something that each command would do if it were allowed to. */
export const READING: Record<ReadCommand, readonly Argument[]> = {
  ACL: ['WHOAMI'],
  CLIENT: ['LIST'],
  CLUSTER: ['MYID'],
  COMMAND: ['INFO', 'XADD'],
  CONFIG: ['GET', 'notify-keyspace-events'],
  DBSIZE: [],
  EVALSHA_RO: [STREAM_LOOK_SHA, 1, KEY, 'look', 0, 0, ''],
  EVAL_RO: [STREAM_LOOK_LUA, 1, KEY, 'look', 0, 0, ''],
  HELLO: [],
  HLEN: ['hash'],
  HMGET: ['hash', 'a'],
  HPEXPIRETIME: ['hash', 'FIELDS', 1, 'a'],
  HSTRLEN: ['hash', 'a'],
  INFO: [],
  MEMORY: ['USAGE', KEY],
  PING: [],
  PTTL: [KEY],
  SCAN: ['0'],
  SENTINEL: ['MASTER', 'orders'],
  TIME: [],
  TYPE: [KEY],
  XINFO: ['STREAM', KEY],
  XLEN: [KEY],
  XPENDING: [KEY, GROUP],
  XRANGE: [KEY, '-', '+', 'COUNT', 1],
  XREAD: ['COUNT', 1, 'STREAMS', KEY, '0'],
  XREVRANGE: [KEY, '+', '-', 'COUNT', 1],
}
export const WRITING: Record<WriteCommand, readonly Argument[]> = {
  EVAL: ['return 1', 0],
  HDEL: ['hash', 'a'],
  HPEXPIREAT: ['hash', 1, 'FIELDS', 1, 'a'],
  HSET: ['hash', 'a', 'b'],
  PEXPIRE: [KEY, 1],
  RENAMENX: [KEY, 'other'],
  UNLINK: [KEY],
  XACK: [KEY, GROUP, '1-1'],
  XACKDEL: [KEY, GROUP, 'IDS', 1, '1-1'],
  XADD: [KEY, '*', 'a', 'b'],
  XAUTOCLAIM: [KEY, GROUP, 'c', 0, '0-0'],
  XCFGSET: [KEY, 'IDMP-DURATION', 5],
  XCLAIM: [KEY, GROUP, 'c', 0, '1-1'],
  XDEL: [KEY, '1-1'],
  XDELEX: [KEY, 'IDS', 1, '1-1'],
  XGROUP: ['CREATE', KEY, 'other', '0'],
  XNACK: [KEY, GROUP, 'FAIL', 'IDS', 1, '1-1'],
  XSETID: [KEY, '9-9'],
  XTRIM: [KEY, 'MAXLEN', 0],
}
