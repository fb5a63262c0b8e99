import { commandLabel } from './commands'
import type { FailedCommand } from './errors'
import type { Argument } from './reader-writer'
import type { Line } from './wire'

/** Where its key stands among the arguments of a command; the others have theirs first, or none. */
const AT: Readonly<Record<string, number>> = {
  EVAL: 2,
  EVALSHA_RO: 2,
  EVAL_RO: 2,
  MEMORY: 1,
  XGROUP: 1,
  XINFO: 1,
}
const WITHOUT: ReadonlySet<string> = new Set([
  ...[
    'ACL',
    'ASKING',
    'CLIENT',
    'CLUSTER',
    'COMMAND',
    'CONFIG',
    'DBSIZE',
    'HELLO',
    'INFO',
    'PING',
    'SCAN',
    'SENTINEL',
    'TIME',
  ],
])

/**
 * The key that decides which node of a cluster carries a command out; null: any node can. Where a command has several,
 * they have to lie in one slot. https://redis.io/docs/latest/develop/reference/key-specs/
 */
export function commandKey(command: string, args: readonly Argument[]): Buffer | null {
  if (WITHOUT.has(command)) return null
  if (AT[command] === 2 && Number(args[1]) < 1) return null
  const key = command === 'XREAD' ? afterStreams(args) : args[AT[command] ?? 0]
  return key === undefined ? null : Buffer.isBuffer(key) ? key : Buffer.from(String(key))
}

const OF_SEVERAL: ReadonlySet<string> = new Set(['COPY', 'RENAME', 'RENAMENX'])

/** The key that a command is about; null: it has none, or several. */
export function onlyKey(command: string, args: readonly Argument[]): Buffer | null {
  const isOne = AT[command] === 2 ? Number(args[1]) === 1 : !OF_SEVERAL.has(command)
  return isOne ? commandKey(command, args) : null
}

/** A command as an error tells of it. `wrote`: it may have changed something. */
export function failedCommand([name, ...args]: Line, wrote: boolean): FailedCommand {
  return { command: commandLabel(name, args), key: onlyKey(name, args), wrote }
}

function afterStreams(args: readonly Argument[]): Argument | undefined {
  return args[args.findIndex((arg) => arg === 'STREAMS') + 1]
}
