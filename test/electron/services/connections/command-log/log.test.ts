import { expect, test } from 'vitest'
import type { SentCommand } from '../../../../../electron/redis/command-tap'
import { createCommandLog } from '../../../../../electron/services/connections/command-log/command-log'
import { followCommands } from '../../../../../electron/services/connections/command-log/follow-commands'
import type { CommandFilter, CommandLogEvent, SenderKind } from '../../../../../shared/model/command-log'

const ALL: CommandFilter = { text: '', by: null, writes: false, errors: false, slowerThanMs: null }

function sent(
  change: Partial<SentCommand> = {},
  kind: Exclude<SenderKind, 'page' | 'job'> = 'monitoring',
): SentCommand {
  return {
    ...{ command: 'XLEN', args: ['orders'], tellsSize: true, atMs: Date.now(), node: 'here:1', by: { kind } },
    ...{ sentBytes: 10, receivedBytes: 4, ms: 1, outcome: { kind: 'ok' } },
    ...change,
  }
}
const numbers = (log: ReturnType<typeof createCommandLog>, after = 0): number[] =>
  [...log.newest(after)].map(({ n }) => n)

test('the newest of each sender are kept: a flood by one pushes out nothing of another', () => {
  const log = createCommandLog(3)
  log.sent(sent({}, 'test'))
  for (let at = 0; at < 100; at += 1) log.sent(sent())
  expect(numbers(log)).toEqual([101, 100, 99, 1])
  expect(numbers(log, 99)).toEqual([101, 100])
  expect(log.count()).toBe(101)
})

test('what they take is bounded as well, whatever their names are', () => {
  const log = createCommandLog(1_000, 20_000)
  for (let at = 0; at < 1_000; at += 1) log.sent(sent({ args: ['n'.repeat(1_000)] }))
  expect(numbers(log).length).toBeLessThan(10)
  expect(numbers(log)[0]).toBe(1_000)
  // One alone stays, however large.
  const small = createCommandLog(1_000, 10)
  small.sent(sent())
  small.sent(sent())
  expect(numbers(small)).toEqual([2])
})

test('totals are of all, also of those that it has forgotten', () => {
  const log = createCommandLog(1)
  const first = sent()
  log.sent(first)
  log.came(first, 7)
  log.sent(sent({ sentBytes: null }))
  expect(log.totals().get('monitoring')).toEqual({ commands: 2, sentBytes: 10, receivedBytes: 7 })
  expect(log.totals().get('job')).toEqual({ commands: 0, sentBytes: 0, receivedBytes: 0 })
})

function follow(log: ReturnType<typeof createCommandLog>, filter: Partial<CommandFilter> = {}, lookAgain = () => {}) {
  const left = new AbortController()
  const events = followCommands(log, { ...ALL, ...filter }, lookAgain, left.signal)
  const next = async (): Promise<CommandLogEvent> => (await events.next()).value as CommandLogEvent
  /** With something in it beside rates. */
  const news = async (): Promise<CommandLogEvent> => {
    for (;;) {
      const event = await next()
      if (event.commands.length + event.skipped > 0) return event
    }
  }
  return { events, next, news, leave: () => left.abort() }
}

test('at first all that match, then what comes; a flood is told in part, and how much was not', async () => {
  const log = createCommandLog()
  for (let at = 0; at < 1_000; at += 1) log.sent(sent())
  const { next, news, leave } = follow(log)
  const first = await next()
  expect(first.commands).toHaveLength(500)
  expect([first.commands[0]?.n, first.commands.at(-1)?.n, first.skipped]).toEqual([501, 1_000, 0])
  for (let at = 0; at < 5_000; at += 1) log.sent(sent())
  const flood = await news()
  expect(flood.commands.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, at) => 5_801 + at))
  expect(flood.skipped).toBe(4_800)
  leave()
})

test('one that waits is told again when its reply has come', async () => {
  const log = createCommandLog()
  const waits = sent({ outcome: { kind: 'waiting' }, receivedBytes: null, ms: null })
  log.sent(waits)
  const { next, news, leave } = follow(log)
  expect((await next()).commands).toMatchObject([{ n: 1, outcome: { kind: 'waiting' } }])
  Object.assign(waits, { outcome: { kind: 'error', prefix: 'NOGROUP' }, receivedBytes: 20, ms: 3 })
  expect((await news()).commands).toMatchObject([{ n: 1, ms: 3, outcome: { kind: 'error', prefix: 'NOGROUP' } }])
  leave()
})

const WAITS = { outcome: { kind: 'waiting' }, receivedBytes: null, ms: null } as const
const come = (all: readonly SentCommand[]): void => {
  for (const each of all) Object.assign(each, { outcome: { kind: 'ok' }, receivedBytes: 20, ms: 3 })
}
function many(log: ReturnType<typeof createCommandLog>, count: number, change: Partial<SentCommand> = {}) {
  const all = Array.from({ length: count }, () => sent({ ...WAITS, ...change }))
  for (const each of all) log.sent(each)
  return all
}

test('as many as were told that they wait are told what came of them', async () => {
  const log = createCommandLog()
  const waiting = many(log, 500)
  const { next, news, leave } = follow(log)
  expect((await next()).commands).toHaveLength(500)
  come(waiting)
  const settled = new Set((await news()).commands.filter(({ outcome }) => outcome.kind === 'ok').map(({ n }) => n))
  expect(settled.size).toBe(500)
  leave()
})

test('others that wait for ever keep none from being told what came of it', async () => {
  const log = createCommandLog()
  many(log, 1_500, { command: 'XREAD' })
  const { next, news, leave } = follow(log, { text: 'xlen' })
  expect((await next()).commands).toEqual([])
  const waiting = many(log, 3)
  expect((await news()).commands).toHaveLength(3)
  come(waiting)
  expect((await news()).commands.map(({ outcome }) => outcome.kind)).toEqual(['ok', 'ok', 'ok'])
  leave()
})

test('what was counted as not told is not told later', async () => {
  const log = createCommandLog()
  const { next, news, leave } = follow(log)
  await next()
  const waiting = many(log, 300)
  const flood = await news()
  expect([flood.commands.length, flood.skipped]).toEqual([200, 100])
  come(waiting)
  const { commands, skipped } = await news()
  expect(commands.map(({ n }) => n)).toEqual(flood.commands.map(({ n }) => n))
  expect(skipped).toBe(0)
  leave()
})

test('one that comes to match is told then, and not before', async () => {
  const log = createCommandLog()
  const waits = sent({ outcome: { kind: 'waiting' }, receivedBytes: null, ms: null })
  log.sent(waits)
  const { next, news, leave } = follow(log, { errors: true })
  expect((await next()).commands).toEqual([])
  Object.assign(waits, { outcome: { kind: 'lost' }, ms: 3 })
  expect((await news()).commands).toMatchObject([{ n: 1, outcome: { kind: 'lost' } }])
  leave()
})

test.each<readonly [name: string, filter: Partial<CommandFilter>, expected: readonly number[]]>([
  ['all', {}, [1, 2, 3, 4, 5]],
  ['by whom', { by: 'test' }, [2]],
  ['only writes', { writes: true }, [3]],
  ['only errors', { errors: true }, [4]],
  ['slower than', { slowerThanMs: 100 }, [5]],
  ['text, whatever the case', { text: ' ORD ' }, [1, 2, 4, 5]],
  ['text with spaces, across arguments', { text: 'xadd caf' }, [3]],
  ['a name as it is read', { text: 'café' }, [3]],
  ['an error', { text: 'nogroup' }, [4]],
  ['a node', { text: 'there:2' }, [5]],
  ['nothing that is hidden', { text: 'hidden' }, []],
  ['all of it together', { text: 'orders', errors: true, by: 'test' }, []],
])('a filter: %s', async (_name, filter, expected) => {
  const log = createCommandLog()
  log.sent(sent())
  log.sent(sent({}, 'test'))
  log.sent(sent({ command: 'XADD', args: ['café', '*', { hidden: 2, bytes: 4 }] }))
  log.sent(sent({ outcome: { kind: 'error', prefix: 'NOGROUP' } }))
  log.sent(sent({ ms: 101, node: 'there:2' }))
  const { next, leave } = follow(log, filter)
  expect((await next()).commands.map(({ n }) => n)).toEqual(expected)
  leave()
})

test('rates are told by whom', async () => {
  const log = createCommandLog()
  const { next, leave } = follow(log)
  expect((await next()).rates).toBeNull()
  const one = sent()
  log.sent(one)
  log.came(one, 4_000)
  let { rates } = await next()
  while (rates === null) ({ rates } = await next())
  expect(rates.monitoring.commands).toBeGreaterThan(0)
  expect(rates.monitoring.receivedBytes).toBeGreaterThan(rates.monitoring.sentBytes)
  expect(rates.job).toEqual({ commands: 0, sentBytes: 0, receivedBytes: 0 })
  leave()
})

test('it ends when the caller leaves, and where the connection is no more', async () => {
  const log = createCommandLog()
  const { events, next, leave } = follow(log)
  await next()
  const waits = events.next()
  leave()
  expect(await waits).toEqual({ done: true, value: undefined })

  let isThere = true
  const gone = follow(log, {}, () => {
    if (!isThere) throw new Error('no such connection')
  })
  await gone.next()
  isThere = false
  await expect(gone.next()).rejects.toThrow('no such connection')
})
