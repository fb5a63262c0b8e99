import { ORPCError } from '@orpc/server'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { READ_COMMANDS } from '../../../electron/redis/commands'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { useBackend, type Api } from './backend-kit'

// A server that is Redis in name only, or a proxy that changes replies: what makes no sense is called so, and is no fault of Sluice.
const kit = useBackend()
let proxy: FaultProxy
beforeAll(async () => {
  proxy = await startFaultProxy({ host: '127.0.0.1', port: kit.redis.port })
})
afterAll(() => proxy.stop())

const KEY = 'orders'
const GROUP = 'billing'
let connectionId: string
beforeEach(async () => {
  const { direct } = kit
  for (let n = 1; n <= 5; n += 1) await direct.xadd(KEY, `${n}-0`, 'n', n)
  await direct.xgroup('CREATE', KEY, GROUP, '0')
  await direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', 3, 'STREAMS', KEY, '>')
  connectionId = await kit.connect({ endpoint: { kind: 'tcp', host: '127.0.0.1', port: proxy.port } })
})

const on = () => ({ connectionId, key: KEY })
const ofGroup = () => ({ ...on(), group: GROUP })
async function all(events: Promise<AsyncIterable<unknown>>): Promise<unknown[]> {
  const seen: unknown[] = []
  for await (const event of await events) seen.push(event)
  return seen
}
const one = { kind: 'consumer', consumer: 'alice' } as const
const matching = { kind: 'matching', criteria: {} } as const
const claim = { kind: 'claim', to: 'bob', includeGone: false } as const
const READS: Readonly<Record<string, (api: Api) => Promise<unknown>>> = {
  'stream.summaries': (api) => api.stream.summaries({ connectionId, keys: [KEY] }),
  'stream.info': (api) => api.stream.info(on()),
  'entry.page': (api) => api.entry.page({ ...on(), order: 'newest', count: 2 }),
  'entry.get': (api) => api.entry.get({ ...on(), id: '3-0' }),
  'entry.fields': (api) => api.entry.fields({ ...on(), id: '3-0' }),
  'entry.text': (api) => api.entry.text({ ...on(), id: '3-0', as: 'json' }),
  'entry.planDelete': (api) =>
    api.entry.planDelete({ ...on(), selection: { kind: 'ids', ids: ['1-0'] }, references: 'KEEPREF' }),
  'group.list': (api) => api.group.list({ ...on(), countLag: true }),
  'group.consumers': (api) => api.group.consumers(ofGroup()),
  'group.planChange': (api) => api.group.planChange({ ...ofGroup(), change: { kind: 'destroy group' } }),
  'pending.summary': (api) => api.pending.summary(ofGroup()),
  'pending.page': (api) => api.pending.page({ ...ofGroup(), consumer: 'alice', count: 2, bodies: true }),
  'entry.timeline': (api) => all(api.entry.timeline(on())),
  'pending.timeline': (api) => api.pending.timeline({ ...ofGroup(), fromMs: 0, stepMs: 1, count: 9 }),
  'pending.histogram': (api) => all(api.pending.histogram(ofGroup())),
  'recovery.plan': (api) => api.recovery.plan({ ...ofGroup(), selection: one, action: claim }),
  'recovery.planAll': (api) =>
    all(api.recovery.planAll({ ...ofGroup(), selection: matching, action: { kind: 'ack' } })),
  'trim.plan': (api) =>
    api.trim.plan({ ...on(), strategy: { kind: 'maxlen', maxlen: 2 }, approximate: false, limit: 1_000 }),
  'connection.test': (api) =>
    api.connection.test({
      profile: kit.redis.connection({ endpoint: { kind: 'tcp', host: '127.0.0.1', port: proxy.port } }),
      secrets: { password: null },
    }),
}

const HUGE = '18446744073709551615'
const ODD = {
  'a word': '+QUEUED\r\n',
  nothing: '$-1\r\n',
  'no list': '*-1\r\n',
  'an empty list': '*0\r\n',
  'an empty text': '$0\r\n\r\n',
  'any bytes': '$3\r\n\xff\x00\xfe\r\n',
  'a negative figure': ':-7\r\n',
  'a figure beyond all bounds': `:${HUGE}\r\n`,
  'a list of figures': '*3\r\n:1\r\n:-2\r\n:3\r\n',
  'a list of nothing': '*2\r\n$-1\r\n*-1\r\n',
  'lists within lists': '*1\r\n*1\r\n*2\r\n$1\r\na\r\n*0\r\n',
  'names and odd values': `*1\r\n*6\r\n$4\r\nname\r\n:5\r\n$7\r\npending\r\n$3\r\nabc\r\n$4\r\nidle\r\n:-5\r\n`,
} as const

/** Of what is told to the page, all that says that it is Sluice's own fault. */
function faults(outcome: unknown): unknown[] {
  if (outcome instanceof ORPCError) return outcome.defined ? [] : [outcome.code]
  if (outcome instanceof Error) return [outcome.message]
  const text = JSON.stringify(outcome, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  ) as string | undefined
  return text?.includes('"INTERNAL"') ? ['INTERNAL'] : []
}

type Value = string | number | null | readonly Value[]
/** As RESP2 writes it. */
function resp(value: Value): string {
  if (value === null) return '$-1\r\n'
  if (typeof value === 'number') return `:${value}\r\n`
  if (typeof value === 'string') return `$${Buffer.byteLength(value)}\r\n${value}\r\n`
  return `*${value.length}\r\n${value.map(resp).join('')}`
}
const group = (changes: Readonly<Record<string, Value>>): Value[] => {
  const told = {
    name: GROUP,
    consumers: 1,
    pending: 3,
    'last-delivered-id': '3-0',
    'entries-read': 3,
    lag: 2,
    ...changes,
  }
  return Object.entries(told).flat()
}
const consumer = (changes: Readonly<Record<string, Value>>): Value[] =>
  Object.entries({ name: 'alice', pending: 3, idle: 5, inactive: 5, ...changes }).flat()
const stream = (changes: Readonly<Record<string, Value>>): Value[] => {
  const told = { length: 5, 'last-generated-id': '5-0', groups: 1, 'entries-added': 5, 'max-deleted-entry-id': '0-0' }
  const ends = { 'recorded-first-entry-id': '1-0', 'first-entry': ['1-0', ['n', '1']], 'last-entry': null }
  return Object.entries({ ...told, ...ends, ...changes }).flat()
}

/** In the shape that it should have, with something in it that can't be. */
const TWISTED: readonly (readonly [what: string, command: readonly string[], reply: Value])[] = [
  ...['xx', '', '1', '-1-0', '1-99999999999999999999'].flatMap(
    (id): readonly (readonly [string, readonly string[], Value])[] => [
      [`an entry of id '${id}'`, ['XRANGE', 'XREVRANGE'], [[id, ['n', '1']]]],
      [`a group at id '${id}'`, ['XINFO GROUPS'], [group({ 'last-delivered-id': id })]],
      [`a stream at id '${id}'`, ['XINFO STREAM'], stream({ 'last-generated-id': id, 'recorded-first-entry-id': id })],
      [`an id '${id}' that is pending`, ['XPENDING'], [[id, 'alice', 5, 1]]],
      [`pending from id '${id}'`, ['XPENDING'], [3, id, id, [['alice', '3']]]],
    ],
  ),
  ...[-1, 'abc', null, ''].flatMap((figure): readonly (readonly [string, readonly string[], Value])[] => [
    [`a group with ${figure} pending`, ['XINFO GROUPS'], [group({ pending: figure })]],
    [`a group with ${figure} consumers`, ['XINFO GROUPS'], [group({ consumers: figure })]],
    [`a group that lags ${figure}`, ['XINFO GROUPS'], [group({ lag: figure, 'entries-read': figure })]],
    [`a consumer with ${figure} pending`, ['XINFO CONSUMERS'], [consumer({ pending: figure })]],
    [`a consumer idle for ${figure}`, ['XINFO CONSUMERS'], [consumer({ idle: figure, inactive: figure })]],
    [`a stream of ${figure} entries`, ['XINFO STREAM'], stream({ length: figure, 'entries-added': figure })],
    [`an entry idle for ${figure}`, ['XPENDING'], [['1-0', 'alice', figure, 1]]],
    [`an entry of ${figure} deliveries`, ['XPENDING'], [['1-0', 'alice', 5, figure]]],
    [`${figure} pending in all`, ['XPENDING'], [figure, '1-0', '3-0', [['alice', figure]]]],
    [`a clock at ${figure}`, ['TIME'], [figure, figure]],
    [`a length of ${figure}`, ['XLEN'], figure],
    [`a size of ${figure}`, ['MEMORY'], figure],
  ]),
  ['an entry with a name and no value', ['XRANGE', 'XREVRANGE'], [['1-0', ['n']]]],
  ['an entry that is none', ['XRANGE', 'XREVRANGE'], [['1-0', null]]],
  ['a group without a name', ['XINFO GROUPS'], [group({ name: null })]],
  ['a consumer without a name', ['XINFO CONSUMERS'], [consumer({ name: 7 })]],
  ['another stream’s group', ['XINFO GROUPS'], [group({ name: 'other' })]],
]

/** A look by commands sees each of them; the one by a script gets all at once. */
const labels = ([name = '', sub = '']: readonly string[]): readonly string[] => [
  name.toUpperCase(),
  `${name} ${sub}`.toUpperCase(),
]

interface Reading {
  /** What Sluice blames itself for. */
  readonly blamed: readonly unknown[]
  /** The commands that it sent, in upper case. */
  readonly came: readonly string[]
}

/** What a read is told where each command that is meant is answered by that. */
async function reading(name: string, isMeant: (args: readonly string[]) => boolean, reply: string): Promise<Reading> {
  await kit.api.connection.open({ connectionId })
  const before = proxy.commands.length
  void proxy.fault(isMeant, { kind: 'answer', reply }, Infinity)
  const outcome = await READS[name]?.(kit.api).catch((error: unknown) => error)
  proxy.spare()
  return { blamed: faults(outcome), came: proxy.commands.slice(before) }
}

const isRead = (command: string): boolean => (READ_COMMANDS as readonly string[]).includes(command)

describe.each(Object.keys(ODD) as (keyof typeof ODD)[])('%s in place of a reply', (odd) => {
  test.each(Object.keys(READS))('%s says that it makes no sense, or makes nothing of it', async (name) => {
    const blamed: unknown[] = []
    // Each command that it sends, also those that it sends only because another one had no sense.
    const commands = new Set((await reading(name, () => false, '')).came)
    for (const command of commands) {
      if (!isRead(command)) continue
      const { blamed: faults, came } = await reading(name, ([sent]) => sent?.toUpperCase() === command, ODD[odd])
      for (const each of came) commands.add(each)
      for (const fault of faults) blamed.push([command, fault])
    }
    expect(blamed).toEqual([])
  })
})

test.each(TWISTED)('%s makes no sense, or nothing is made of it', async (_what, commands, reply) => {
  const blamed: unknown[] = []
  const isMeant = (args: readonly string[]): boolean => labels(args).some((each) => commands.includes(each))
  for (const name of Object.keys(READS)) {
    const { blamed: faults } = await reading(name, isMeant, resp(reply))
    for (const fault of faults) blamed.push([name, fault])
  }
  expect(blamed).toEqual([])
})
