import { randomUUID } from 'node:crypto'
import { isAppError, type AppError } from '../../../../shared/error'
import type { CapabilityName, ServerInfo } from '../../../../shared/model/connection'
import { message } from '../../../../shared/words/messages'
import { PROBES } from '../../../redis/probe'
import type { ReadLine, Reader } from '../../../redis/reader-writer'
import type { Found } from './steps'

const KEY = `sluice:probe:${randomUUID()}`

/** What looking needs, each on a key that does not exist: they tell what the ACL says of them, and bring nothing. */
const LOOKS: readonly (readonly [rule: string, ReadLine])[] = [
  ['xlen', ['XLEN', KEY]],
  ['xrange', ['XRANGE', KEY, '-', '+', 'COUNT', 1]],
  ['xrevrange', ['XREVRANGE', KEY, '+', '-', 'COUNT', 1]],
  ['xread', ['XREAD', 'COUNT', 1, 'STREAMS', KEY, '0']],
  ['xpending', ['XPENDING', KEY, 'group']],
  ['xinfo|stream', ['XINFO', 'STREAM', KEY]],
  ['xinfo|groups', ['XINFO', 'GROUPS', KEY]],
  ['xinfo|consumers', ['XINFO', 'CONSUMERS', KEY, 'group']],
  ['type', ['TYPE', KEY]],
  ['time', ['TIME']],
  ['info', ['INFO', 'server']],
]

interface Right {
  readonly command: string
  readonly rule: string
}

/** What the ACL denies of what Sluice sends; `readOnly`: nothing that changes something is sent. */
export async function findRights(reader: Reader, server: ServerInfo, readOnly: boolean): Promise<Found<true>> {
  const replies = await reader.pipeline(LOOKS.map(([, line]) => line))
  const lost = replies.find((reply) => isAppError(reply, 'UNREACHABLE'))
  if (isAppError(lost)) throw lost
  const looks = LOOKS.flatMap(([rule], at): readonly Right[] =>
    isDenied(replies[at]) ? [{ command: rule.replace('|', ' ').toUpperCase(), rule: `+${rule}` }] : [],
  )
  const changes = readOnly ? [] : Object.entries(server.capabilities).flatMap(deniedChange)
  const denied = [...new Map([...looks, ...changes].map((each) => [each.rule, each])).values()]
  const some = replies.some(isDeniedKey) ? [message('connection-test.some-keys')] : []
  if (denied.length === 0)
    return { value: true, findings: [message('connection-test.all-allowed'), ...some], warn: some.length > 0 }
  const rules = denied.map(({ rule }) => rule)
  return {
    value: true,
    findings: [message('connection-test.denied', { commands: denied.map(({ command }) => command) }), ...some],
    warn: true,
    next: message('connection-test.denied-next', { user: server.user, rules }),
  }
}

function deniedChange([name, { reason }]: [string, ServerInfo['capabilities'][CapabilityName]]): readonly Right[] {
  if (reason?.code !== 'connection.not-allowed') return []
  const [command, sub] = PROBES[name as CapabilityName]
  const hasSub = command === 'XGROUP' || command === 'MEMORY'
  const rule = `+${[command, ...(hasSub ? [sub] : [])].join('|').toLowerCase()}`
  return [{ command: hasSub ? `${command} ${sub}` : command, rule }]
}

function noperm(reply: unknown): AppError<'REDIS'> | null {
  return isAppError(reply, 'REDIS') && reply.data.prefix === 'NOPERM' ? reply : null
}

function isDeniedKey(reply: unknown): boolean {
  const error = noperm(reply)
  return error !== null && /\bkeys?\b/i.test(error.data.reply) && !/\bto run\b/i.test(error.data.reply)
}

function isDenied(reply: unknown): boolean {
  return noperm(reply) !== null && !isDeniedKey(reply)
}
