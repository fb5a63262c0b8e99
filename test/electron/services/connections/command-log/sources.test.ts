import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { CommandFilter, LoggedCommand } from '../../../../../shared/model/command-log'
import { availableServers } from '../../../../helpers/available-servers'
import { startFaultProxy, type FaultProxy } from '../../../../helpers/fault-proxy'
import { startRedis, type RedisSetup, type TestRedis } from '../../../../helpers/redis-server'
import { WAYS } from '../../every-action/ways-in'
import { claimTo, ofConsumer, openSluice, type Sluice } from '../../recovery/recovery-kit'

const ALL: CommandFilter = { text: '', by: null, writes: false, errors: false, slowerThanMs: null }
const VERSION = availableServers()[0]?.name ?? ''
const SECRET = 'tell-nobody-'
const PASSWORD = `${SECRET}password`

/** What is kept of the log by now, as a page is told it. */
async function logOf({ api, connectionId }: Sluice, filter: Partial<CommandFilter> = {}) {
  for await (const { commands } of await api.connection.commands({ connectionId, filter: { ...ALL, ...filter } })) {
    return commands
  }
  return []
}
const named = (commands: readonly LoggedCommand[], name: string) => commands.filter(({ command }) => command === name)

/** Something of every kind: an entry, a stalled group of it, what is done about that, and its being undone. */
async function work(sluice: Sluice): Promise<void> {
  const { api, connectionId } = sluice
  const on = { connectionId, key: 'orders' }
  for (let at = 1; at <= 5; at += 1) {
    await api.entry.add({ ...on, id: `${at}-0`, fields: [[`${SECRET}field`, `${SECRET}value`]], create: true })
  }
  await api.group.create({ ...on, group: 'billing', start: '0-0', mkstream: false })
  await api.entry.page({ ...on, order: 'oldest', count: 10 })
  await api.entry.get({ ...on, id: '1-0' })
}

describe.each(Object.keys(WAYS))('by %s', (name) => {
  test('what was sent is told by names alone, and by whom', { timeout: 60_000 }, async () => {
    const way = await WAYS[name]!(VERSION)
    const sluice = await openSluice(
      way.profile,
      way.password ?? null,
      { notesCommands: true },
      way.secrets,
      way.hostKey,
    )
    try {
      const { api, connectionId } = sluice
      const watching = (await api.monitoring.watch({ connectionId }))[Symbol.asyncIterator]()
      await watching.next()
      await work(sluice)
      await expect.poll(async () => (await logOf(sluice, { by: 'monitoring' })).length).toBeGreaterThan(0)
      await watching.return?.()
      const commands = await logOf(sluice)
      const text = JSON.stringify(commands)
      expect(text).not.toContain(SECRET)
      for (const secret of [way.password, ...Object.values(way.secrets ?? {})]) {
        if (secret !== undefined && secret.length > 3) expect(text).not.toContain(`"${secret}"`)
      }
      const [add] = named(commands, 'XADD').filter(({ by }) => by.kind === 'page')
      expect(add).toMatchObject({
        by: { kind: 'page', procedure: 'entry.add' },
        writes: true,
        outcome: { kind: 'ok' },
      })
      expect(add?.args).toEqual(expect.arrayContaining(['orders', { hidden: 2, bytes: 34 }]))
      expect(add?.receivedBytes).toBeGreaterThan(0)
      expect(add?.sentBytes).toBeGreaterThan(34)
      expect(add?.ms).toBeGreaterThan(0)
      expect(named(commands, 'INFO').map(({ by }) => by.kind)).toContain('upkeep')
      expect(commands.filter(({ by }) => by.kind === 'other')).toEqual([])
      for (const { node } of commands) expect(node).toMatch(/:/)
    } finally {
      await sluice.stop()
      await way.stop()
    }
  })
})

describe('on one server', () => {
  let redis: TestRedis
  let proxy: FaultProxy
  let sluice: Sluice
  const start = async (setup: RedisSetup = {}, timings = {}): Promise<void> => {
    redis = await startRedis({ password: PASSWORD, ...setup })
    proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    sluice = await openSluice(redis.connection({ endpoint }), PASSWORD, { timings, notesCommands: true })
  }
  afterEach(async () => {
    await sluice.stop()
    await proxy.stop()
    await redis.stop()
  })

  test('it has each command that went over the line', async () => {
    await start()
    await work(sluice)
    await sluice.api.connection.close({ connectionId: sluice.connectionId })
    const commands = await logOf(sluice)
    expect(commands.length).toBeLessThan(500)
    const count = (names: readonly string[]): Record<string, number> => {
      const counts: Record<string, number> = {}
      for (const each of [...names].sort()) counts[each] = (counts[each] ?? 0) + 1
      return counts
    }
    expect(count(commands.map(({ command }) => command))).toEqual(count(proxy.commands))
    const logins = named(commands, 'HELLO').filter(({ args }) => args.length > 0)
    expect(logins.length).toBeGreaterThan(0)
    for (const login of logins) {
      expect(login).toMatchObject({ args: [{ hidden: 4, bytes: null }], sentBytes: null, by: { kind: 'upkeep' } })
    }
  })

  test('a job is told by its kind, a script and what it is given are hidden', async () => {
    await start()
    await work(sluice)
    const direct = redis.client()
    await direct.xreadgroup('GROUP', 'billing', 'worker', 'COUNT', 5, 'STREAMS', 'orders', '>')
    const { id } = await sluice.finished(await sluice.run(await sluice.plan(ofConsumer('worker'), claimTo('other'))))
    const sent = (await logOf(sluice, { by: 'job', writes: true })).filter(({ by }) => by.kind === 'job')
    expect(sent.length).toBeGreaterThan(0)
    for (const { by } of sent) expect(by).toEqual({ kind: 'job', job: 'claim', jobId: id })
    const scripts = named(await logOf(sluice), 'EVALSHA_RO').concat(named(sent, 'EVAL'))
    for (const { args } of scripts) expect(JSON.stringify(args).length).toBeLessThan(400)
    expect(JSON.stringify(sent)).not.toContain('redis.call')
  })

  test('an error is told by its first word; nothing of what else the server says', async () => {
    await start()
    await work(sluice)
    void proxy.fault('XRANGE', { kind: 'answer', reply: `-WRONGTYPE ${PASSWORD} is no key\r\n` })
    await expect(
      sluice.api.entry.page({ connectionId: sluice.connectionId, key: 'orders', order: 'oldest', count: 10 }),
    ).rejects.toThrow()
    const commands = await logOf(sluice, { errors: true })
    expect(named(commands, 'XRANGE')).toMatchObject([{ outcome: { kind: 'error', prefix: 'WRONGTYPE' } }])
    expect(JSON.stringify(commands)).not.toContain(PASSWORD)
  })

  test('a reply that is lost is told as no reply, and the command as sent', async () => {
    await start({}, { reconnectMs: 20 })
    await work(sluice)
    const struck = proxy.fault('XADD', { kind: 'cut-before-reply' })
    const on = { connectionId: sluice.connectionId, key: 'orders' }
    await sluice.api.entry.add({ ...on, id: '9-0', fields: [['a', 'b']], create: false }).catch(() => undefined)
    await struck
    const [lost] = await logOf(sluice, { text: '9-0', errors: true })
    expect(lost).toMatchObject({ command: 'XADD', outcome: { kind: 'lost' }, receivedBytes: null })
    expect(lost?.ms).toBeGreaterThan(0)
  })

  test('one that nobody waits for any more is told so', async () => {
    await start({}, { commandTimeoutMs: 100 })
    await work(sluice)
    void proxy.fault('XRANGE', { kind: 'delay', ms: 1_500 })
    const on = { connectionId: sluice.connectionId, key: 'orders' }
    await expect(sluice.api.entry.page({ ...on, order: 'oldest', count: 10 })).rejects.toThrow()
    await expect
      .poll(async () => named(await logOf(sluice, { errors: true }), 'XRANGE').map(({ outcome }) => outcome.kind))
      .toContain('given-up')
  })

  test('nothing of it is written to the disk', async () => {
    await start()
    await work(sluice)
    const marker = 'only-in-the-log'
    await sluice.api.entry
      .page({
        ...{ connectionId: sluice.connectionId, key: marker, order: 'oldest', count: 10 },
      })
      .catch(() => undefined)
    expect((await logOf(sluice, { text: marker })).length).toBeGreaterThan(0)
    const files = readdirSync(sluice.dataDir, { recursive: true, encoding: 'utf8' }).map((name) =>
      join(sluice.dataDir, name),
    )
    for (const file of files) if (statSync(file).isFile()) expect(readFileSync(file, 'latin1')).not.toContain(marker)
  })

  test('a test of the connection is told as one', async () => {
    await start()
    const { api, connectionId } = sluice
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const draft = { id: connectionId, profile: redis.connection({ endpoint }) }
    for await (const _ of await api.connection.testSteps(draft)) continue
    const tested = await logOf(sluice, { by: 'test' })
    expect(named(tested, 'HELLO').length).toBeGreaterThan(0)
    expect(named(tested, 'INFO').length).toBeGreaterThan(0)
    await api.connection.test(draft)
    expect((await logOf(sluice, { by: 'test' })).length).toBeGreaterThan(tested.length)
  })

  test('the log of a connection that is removed ends', async () => {
    await start()
    const { api, connectionId } = sluice
    const events = (await api.connection.commands({ connectionId, filter: ALL }))[Symbol.asyncIterator]()
    await events.next()
    await api.connection.remove({ connectionId })
    const rest = async (): Promise<void> => {
      while ((await events.next()).done !== true) continue
    }
    await expect(rest()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
