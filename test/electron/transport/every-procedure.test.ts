import { EVERY_ENTRY } from '../../../shared/model/entry-query'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { safe } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBackend, type Backend } from '../../../electron/api/backend'
import { createDownloads } from '../../../electron/web/downloads'
import { createUploads } from '../../../electron/web/uploads'
import { contract, type Contract } from '../../../shared/contract'
import type { Job } from '../../../shared/model/job'
import { WEB_PATHS } from '../../../shared/web-paths'
import { ANY_ALERT, WEBHOOK } from '../../helpers/any-alert'
import { ANY_RULE } from '../../helpers/any-rule'
import { ANY_SWEEP } from '../../helpers/any-sweep'
import type { ProcedurePath } from '../../helpers/procedure-path'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { transports, type Connected } from '../../helpers/transports'
import { overHttp } from '../../helpers/http-api'
import { builtDecoder } from '../../helpers/built-decoder'

/** What a procedure is called with: its own stream, seeded alike for every transport. */
interface World {
  readonly api: ContractRouterClient<Contract>
  readonly redis: TestRedis
  readonly direct: Redis
  readonly connectionId: string
  readonly key: string
}

const downloads = createDownloads()
const uploads = createUploads()
const GROUP = 'billing'
const BINARY = { base64: '//4A' }

/** One call of every procedure of the contract. A procedure without one does not compile. */
const calls: Readonly<Record<ProcedurePath, (world: World) => Promise<void>>> = {
  'host.info': async ({ api }) => {
    expect(await api.host.info()).toMatchObject({ kind: 'web', version: '1.2.3', sandbox: false })
  },
  'host.settings': async ({ api }) => {
    expect(await api.host.settings()).toMatchObject({ delimiter: ':' })
  },
  'host.watchSettings': async ({ api }) => {
    const told = (await api.host.watchSettings())[Symbol.asyncIterator]()
    expect((await told.next()).value).toMatchObject({ delimiter: ':' })
    await api.host.saveSettings({ stalledAfterMs: 70_000 })
    expect((await told.next()).value).toMatchObject({ delimiter: ':', stalledAfterMs: 70_000 })
    await told.return?.()
  },
  'host.historyUsage': async ({ api }) => {
    expect((await api.host.historyUsage()).bytes).toBeGreaterThanOrEqual(0)
  },
  'host.clearHistory': async ({ api }) => {
    await api.host.clearHistory()
    expect(await api.host.historyUsage()).toEqual({ bytes: 0 })
  },
  'host.saveSettings': async ({ api }) => {
    expect(await api.host.saveSettings({ refreshSeconds: 10 })).toMatchObject({ refreshSeconds: 10, delimiter: ':' })
  },

  'connection.list': async ({ api, connectionId }) => {
    expect((await api.connection.list()).map(({ id }) => id)).toContain(connectionId)
  },
  'connection.watchList': async ({ api, connectionId, redis }) => {
    const told = (await api.connection.watchList())[Symbol.asyncIterator]()
    expect((await told.next()).value).toContainEqual(expect.objectContaining({ id: connectionId }))
    const { id } = await api.connection.save({
      profile: redis.connection({ name: 'one more' }),
      secrets: { password: null },
    })
    expect((await told.next()).value).toContainEqual(expect.objectContaining({ id, name: 'one more' }))
    await told.return?.()
  },
  'connection.parseUrl': async ({ api }) => {
    expect(await api.connection.parseUrl({ url: 'rediss://me:p%20w@example.com:6380/2' })).toMatchObject({
      password: 'p w',
      profile: { username: 'me', db: 2, endpoint: { kind: 'tcp', host: 'example.com', port: 6380 } },
    })
  },
  'connection.test': async ({ api, redis }) => {
    const { server } = await api.connection.test({ profile: redis.connection(), secrets: { password: null } })
    expect(server.version).toBe(redis.version)
  },
  'connection.testSteps': async ({ api, redis }) => {
    const told: string[] = []
    for await (const event of await api.connection.testSteps({ profile: redis.connection() })) {
      told.push(event.kind === 'step' ? `${event.step.name} ${event.step.state}` : event.server.version)
    }
    expect(told.at(-1)).toBe(redis.version)
    expect(told).toContain('login good')
  },
  'connection.save': async ({ api, redis }) => {
    expect(
      await api.connection.save({ profile: redis.connection({ name: 'another' }), secrets: { password: null } }),
    ).toMatchObject({
      name: 'another',
      secrets: [],
    })
  },
  'connection.planImport': async ({ api }) => {
    const [entry, refused] = await api.connection.planImport({ text: 'redis://:pw@example.com:7/3\nnonsense' })
    expect(entry).toMatchObject({ at: 1, state: 'new', secrets: ['password'], profile: { db: 3 } })
    expect(refused).toMatchObject({ at: 2, state: 'refused', profile: null })
  },
  'connection.import': async ({ api }) => {
    const host = `${randomUUID()}.invalid`
    expect(await api.connection.import({ text: `${host}:1\n${host}:2`, at: [2] })).toEqual({ saved: 1 })
    expect((await api.connection.list()).map(({ name }) => name)).toContain(`${host}:2`)
  },
  'connection.export': async ({ api, redis }) => {
    await api.connection.save({ profile: redis.connection({ name: 'to be exported' }), secrets: { password: 'pw-x' } })
    const { text } = await api.connection.export()
    expect(text).toContain('to be exported')
    expect(text).not.toContain('pw-x')
  },
  'connection.remove': async ({ api, redis }) => {
    const { id } = await api.connection.save({
      profile: redis.connection({ name: 'short-lived' }),
      secrets: { password: null },
    })
    await api.connection.remove({ connectionId: id })
    expect((await api.connection.list()).map((one) => one.id)).not.toContain(id)
  },
  'connection.move': async ({ api, redis }) => {
    const [first, last] = await Promise.all(
      ['first', 'last'].map((name) =>
        api.connection.save({ profile: redis.connection({ name }), secrets: { password: null } }),
      ),
    )
    await api.connection.move({ connectionId: last!.id, before: first!.id, folder: 'Shop' })
    const list = await api.connection.list()
    const at = list.findIndex(({ id }) => id === last!.id)
    expect(list.slice(at, at + 2)).toMatchObject([{ id: last!.id, folder: 'Shop' }, { id: first!.id }])
  },
  'connection.open': async ({ api, connectionId }) => {
    expect(await api.connection.open({ connectionId })).toMatchObject({ connectionId, state: 'open' })
  },
  'connection.trustHostKey': async ({ api }) => {
    const fingerprint = `SHA256:${'a'.repeat(43)}`
    await api.connection.trustHostKey({ host: 'bastion.invalid', port: 22, type: 'ssh-ed25519', fingerprint })
    const broken = api.connection.trustHostKey({
      host: 'bastion.invalid',
      port: 22,
      type: 'ssh-ed25519',
      fingerprint: 'x',
    })
    await expect(broken).rejects.toMatchObject({ code: 'BAD_INPUT' })
  },
  'connection.close': async ({ api, redis }) => {
    const { id } = await api.connection.save({
      profile: redis.connection({ name: 'closing' }),
      secrets: { password: null },
    })
    await api.connection.open({ connectionId: id })
    await api.connection.close({ connectionId: id })
    expect(await first(api.connection.watch({ connectionId: id }))).toMatchObject({ state: 'closed' })
  },
  'connection.watch': async ({ api, connectionId }) => {
    expect(await first(api.connection.watch({ connectionId }))).toMatchObject({ connectionId, state: 'open' })
  },

  'connection.commands': async ({ api, connectionId }) => {
    const filter = { text: 'xadd', by: null, writes: false, errors: false, slowerThanMs: null }
    expect(await first(api.connection.commands({ connectionId, filter }))).toMatchObject({ skipped: 0 })
  },

  'stream.discover': async ({ api, connectionId, key }) => {
    const keys: unknown[] = []
    for await (const event of await api.stream.discover({ connectionId, fresh: true })) {
      keys.push(...event.keys)
      if (event.state !== 'scanning') break
    }
    expect(keys).toEqual(expect.arrayContaining([key, BINARY]))
  },
  'stream.stopDiscovery': async ({ api, connectionId }) => {
    expect(await api.stream.stopDiscovery({ connectionId })).toBeUndefined()
  },
  'stream.summaries': async ({ api, connectionId, key }) => {
    const [ours, binary] = await api.stream.summaries({ connectionId, keys: [key, BINARY] })
    expect(ours).toMatchObject({ key, length: 5, error: null })
    expect(binary).toMatchObject({ key: BINARY, length: 1 })
  },
  'stream.info': async ({ api, connectionId, key }) => {
    // More than a number holds exactly.
    const { length, entriesAdded } = await api.stream.info({ connectionId, key })
    // Over HTTP it comes as its digits.
    expect([length, String(entriesAdded)]).toEqual([5, '9007199254740993'])
  },
  'stream.past': async ({ api, connectionId, key }) => {
    expect(await api.stream.past({ connectionId, key, stepMs: 10_000, backMs: 60_000 })).toMatchObject({ steps: [] })
  },
  'stream.samples': async ({ api, connectionId, key }) => {
    expect(await api.stream.samples({ connectionId, key, stepMs: 1_000 })).toMatchObject({ stepMs: 1_000 })
  },

  'monitoring.watch': async ({ api, connectionId, key }) => {
    const seen = new Set<unknown>()
    for await (const event of await api.monitoring.watch({ connectionId })) {
      if (event.kind !== 'streams') continue
      for (const { summary } of event.streams) seen.add(JSON.stringify(summary.key))
      if (seen.has(JSON.stringify(key)) && seen.has(JSON.stringify(BINARY))) break
    }
  },
  'monitoring.show': async ({ api, connectionId, key }) => {
    const shown = { keys: [key, BINARY], findings: 4, hidden: false }
    for await (const event of await api.monitoring.watch({ connectionId })) {
      if (event.kind !== 'begin') throw new Error('a subscription begins with its id')
      const { watchId } = event
      expect(await api.monitoring.show({ connectionId, watchId, ...shown })).toBeUndefined()
      break
    }
  },
  'monitoring.giveWay': async ({ api, connectionId }) => {
    expect(await api.monitoring.giveWay({ connectionId })).toBeUndefined()
  },
  'monitoring.refresh': async ({ api, connectionId }) => {
    expect(await api.monitoring.refresh({ connectionId })).toBeUndefined()
  },
  'monitoring.snoozes': async ({ api, connectionId }) => {
    expect(await api.monitoring.snoozes({ connectionId })).toBeInstanceOf(Array)
  },
  'monitoring.snooze': async ({ api, connectionId }) => {
    const asked = { findingId: 'stalled/x', kind: 'stalled', key: BINARY, group: 'g', reason: 'known', forMs: 60_000 }
    expect(await api.monitoring.snooze({ connectionId, ...asked })).toBeUndefined()
    const { forMs: _forMs, ...told } = asked
    expect(await api.monitoring.snoozes({ connectionId })).toContainEqual(expect.objectContaining(told))
    await api.monitoring.endSnooze({ connectionId, findingId: asked.findingId })
  },
  'monitoring.endSnooze': async ({ api, connectionId }) => {
    expect(await api.monitoring.endSnooze({ connectionId, findingId: 'none' })).toBeUndefined()
  },

  'alert.watch': async ({ api }) => {
    for await (const now of await api.alert.watch()) {
      expect(now).toMatchObject({ zone: expect.any(String) as string, tellings: [] })
      break
    }
  },
  'rule.watch': async ({ api }) => {
    for await (const now of await api.rule.watch()) {
      expect(now).toMatchObject({ zone: expect.any(String) as string, rules: [] })
      break
    }
  },
  'rule.add': async ({ api, connectionId }) => {
    const asked = { ...ANY_RULE, connectionId, stream: 'été:*' }
    const added = await api.rule.add(asked)
    expect(added).toEqual({ ...asked, id: expect.any(String) as string })
    await api.rule.remove({ id: added.id })
  },
  'rule.change': async ({ api, connectionId }) => {
    const rule = await api.rule.add({ ...ANY_RULE, connectionId })
    expect(await api.rule.change({ ...rule, name: 'Other' })).toMatchObject({ id: rule.id, name: 'Other' })
    await api.rule.remove({ id: rule.id })
    await expect(api.rule.change(rule)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  },
  'rule.remove': async ({ api }) => {
    expect(await api.rule.remove({ id: 'none' })).toBeUndefined()
  },
  'rule.dryRun': async ({ api, connectionId }) => {
    const { id } = await api.rule.add({ ...ANY_RULE, connectionId, stream: 'none' })
    expect(await api.rule.dryRun({ connectionId, id })).toMatchObject({ entries: 0, plans: [], stops: null })
    await api.rule.remove({ id })
  },
  'rule.enable': async ({ api, connectionId }) => {
    const { id } = await api.rule.add({ ...ANY_RULE, connectionId, stream: 'none' })
    await expect(api.rule.enable({ connectionId, id })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await api.rule.remove({ id })
  },
  'rule.disable': async ({ api }) => {
    expect(await api.rule.disable({ id: 'none' })).toBeUndefined()
  },
  'rule.run': async ({ api, connectionId }) => {
    const { id } = await api.rule.add({ ...ANY_RULE, connectionId, stream: 'none' })
    expect(await api.rule.run({ connectionId, id })).toBeNull()
    await api.rule.remove({ id })
  },
  'alert.add': async ({ api }) => {
    const added = await api.alert.add({ ...ANY_ALERT, stream: 'été:*' })
    expect(added).toEqual({ ...ANY_ALERT, stream: 'été:*', id: expect.any(String) as string })
    await api.alert.remove({ id: added.id })
  },
  'alert.change': async ({ api }) => {
    const { id } = await api.alert.add(ANY_ALERT)
    expect(await api.alert.change({ ...ANY_ALERT, id, isPaused: true })).toMatchObject({ id, isPaused: true })
    await api.alert.remove({ id })
    await expect(api.alert.change({ ...ANY_ALERT, id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  },
  'alert.addDestination': async ({ api }) => {
    const added = await api.alert.addDestination(WEBHOOK)
    expect(added).toEqual({
      ...{ id: expect.any(String) as string, name: 'Ops', format: 'sluice' },
      ...{ origin: 'https://hooks.example.com', isSigned: true },
    })
    await api.alert.removeDestination({ id: added.id })
  },
  'alert.changeDestination': async ({ api }) => {
    const { id } = await api.alert.addDestination(WEBHOOK)
    const { url: _url, ...rest } = WEBHOOK
    expect(await api.alert.changeDestination({ ...rest, id, key: null })).toMatchObject({ isSigned: false })
    await api.alert.removeDestination({ id })
  },
  'alert.removeDestination': async ({ api }) => {
    expect(await api.alert.removeDestination({ id: 'none' })).toBeUndefined()
  },
  'alert.testDestination': async ({ api }) => {
    const { id } = await api.alert.addDestination(WEBHOOK)
    expect(await api.alert.testDestination({ id })).toMatchObject({ isDelivered: false, isTest: true, tries: 1 })
    await api.alert.removeDestination({ id })
  },
  'alert.remove': async ({ api }) => {
    expect(await api.alert.remove({ id: 'none' })).toBeUndefined()
  },

  'entry.page': async ({ api, connectionId, key }) => {
    const { entries, next } = await api.entry.page({ connectionId, key, order: 'newest', count: 2 })
    expect(entries.map(({ id }) => id)).toEqual(['5-0', '4-0'])
    expect(next).toBe('4-0')
    expect(entries[0]?.fields.map(({ name, value }) => [name, value])).toEqual([
      ['n', '5'],
      ['n', 'again'],
      [BINARY, BINARY],
    ])
  },
  'entry.get': async ({ api, connectionId, key }) => {
    expect(await api.entry.get({ connectionId, key, id: '3-0' })).toMatchObject({ id: '3-0', moreFields: 0 })
  },
  'entry.fields': async ({ api, connectionId, key }) => {
    const read = await api.entry.fields({ connectionId, key, id: '3-0' })
    expect(read).toMatchObject({ id: '3-0', count: read.fields.length, matching: read.fields.length })
    expect(read.fields[0]).toMatchObject({ at: 0 })
  },
  'entry.saveValue': async ({ api, connectionId, key }) => {
    const { fields } = await api.entry.fields({ connectionId, key, id: '3-0' })
    const [{ name, size } = { name: '', size: 0 }] = fields
    const saved = await api.entry.saveValue({ connectionId, key, id: '3-0', at: 0, name })
    expect(saved).toMatchObject({ kind: 'offered', bytes: size })
    // One that nobody fetches is kept for a minute, and so few at once that another would wait for that.
    const path = saved.kind === 'offered' ? saved.path : ''
    const file = downloads.take(path.slice(WEB_PATHS.download.length))
    expect(file?.body).toHaveLength(size)
    file?.onSent?.()
  },
  'entry.text': async ({ api, connectionId, key }) => {
    const { text } = await api.entry.text({ connectionId, key, id: '3-0', as: 'json' })
    expect(JSON.parse(text)).toMatchObject({ id: '3-0' })
  },
  'entry.decode': async ({ api }) => {
    const value = { base64: gzipSync('{"id":18446744073709551615}').toString('base64') }
    const decoded = await api.entry.decode({ value, name: 'body', as: 'auto', schema: null })
    expect(decoded).toMatchObject({ chain: ['gzip', 'json'], fault: null })
    expect(JSON.stringify(decoded.root)).toContain('18446744073709551615')
  },
  'entry.decodeField': async ({ api, connectionId, key }) => {
    const { fields } = await api.entry.fields({ connectionId, key, id: '3-0' })
    const field = fields[0]?.name ?? ''
    const target = { connectionId, key, id: '3-0', at: 0, field }
    const decoded = await api.entry.decodeField({ ...target, name: null, as: 'text', schema: null })
    expect(decoded).toMatchObject({ chain: ['text'], last: fields[0]?.value })
  },
  'entry.search': async ({ api, connectionId, key }) => {
    const query = [[{ not: false, subject: { kind: 'any' as const }, how: 'contains' as const, value: '' }]]
    const kinds: string[] = []
    for await (const event of await api.entry.search({ connectionId, key, query, order: 'newest' }))
      kinds.push(event.kind)
    expect([kinds[0], ...kinds.slice(-2)]).toEqual(['found', 'read', 'end'])
  },
  'export.save': async ({ api, connectionId, key }) => {
    const source = { kind: 'entries' as const, order: 'oldest' as const }
    const kinds: string[] = []
    const file = { text: Promise.resolve('') }
    for await (const event of await api.export.save({ connectionId, key, format: 'jsonl', as: 'raw', source })) {
      kinds.push(event.kind)
      if (event.kind !== 'begun' || event.target.kind !== 'offered') continue
      const body = downloads.take(event.target.path.slice(WEB_PATHS.download.length))?.body
      if (body instanceof Readable) file.text = textOf(body)
    }
    expect([kinds.at(0), kinds.at(-1)]).toEqual(['begun', 'end'])
    expect((await file.text).trimEnd().split('\n').at(-1)).toMatch(/^{"end":{"rows":\d+}}$/)
  },
  'entry.tail': async ({ api, connectionId, direct }) => {
    const tail = await api.entry.tail({ connectionId, key: 'tailed' })
    const seen = tail.next()
    // The tail begins when it begins; whatever is added after that arrives.
    let arrived = false
    void seen.then(() => (arrived = true))
    await expect
      .poll(async () => {
        await direct.xadd('tailed', '*', 'n', '1')
        return arrived
      })
      .toBe(true)
    // It may have been more than one by then.
    const first = await seen
    if (first.done === true) throw new Error('it ended')
    const { entries, ...beside } = first.value
    expect(entries[0]).toMatchObject({ fields: [{ name: 'n', value: '1' }] })
    expect(beside).toEqual({ passed: 0, partly: 0, at: entries.at(-1)?.id })
    await tail.return(undefined)
  },
  'entry.add': async ({ api, connectionId }) => {
    const fields: [string, string][] = [
      ['a', '1'],
      ['a', '2'],
    ]
    const key = 'added'
    const { id } = await api.entry.add({ connectionId, key, id: '*', fields, create: true })
    expect(await api.entry.get({ connectionId, key, id })).toMatchObject({ id, size: 4 })
  },
  'entry.planDelete': async ({ api, connectionId, key }) => {
    const selection = { kind: 'ids' as const, ids: ['1-0', '99-0'] }
    const plan = await api.entry.planDelete({ connectionId, key, selection, references: 'KEEPREF' })
    expect(plan).toMatchObject({ entries: 1, notFound: ['99-0'], groups: [{ name: GROUP }] })
  },
  'entry.delete': async (world) => {
    const { api, connectionId } = world
    const key = 'deleted'
    const { id } = await api.entry.add({ connectionId, key, id: '*', fields: [['a', '1']], create: true })
    const selection = { kind: 'ids' as const, ids: [id] }
    const { id: planId } = await api.entry.planDelete({ connectionId, key, selection, references: 'KEEPREF' })
    const job = await finished(world, await api.entry.delete({ connectionId, key, planId }))
    expect(job).toMatchObject({ kind: 'delete', state: 'done', counts: { changed: 1 } })
  },

  'group.list': async ({ api, connectionId, key }) => {
    const [group] = await api.group.list({ connectionId, key, countLag: true })
    expect(group).toMatchObject({ name: GROUP, consumers: 2, pending: 4, lastDeliveredId: '4-0' })
  },
  'group.consumers': async ({ api, connectionId, key }) => {
    const consumers = await api.group.consumers({ connectionId, key, group: GROUP })
    expect(consumers.map(({ name, pending }) => [name, pending])).toEqual([
      ['alice', 3],
      ['bob', 1],
    ])
  },
  'entry.timeline': async ({ api, connectionId, key }) => {
    expect(await last(await api.entry.timeline({ connectionId, key }))).toEqual({ kind: 'none', why: 'no-times' })
  },
  'group.lastWords': async ({ api, connectionId, key }) => {
    expect(await api.group.lastWords({ connectionId, key, group: GROUP })).toEqual({ fallen: [], suspects: [] })
  },
  'group.create': async ({ api, connectionId, key }) => {
    await api.group.create({ connectionId, key, group: BINARY, start: '$', mkstream: false })
    const names = (await api.group.list({ connectionId, key, countLag: false })).map(({ name }) => name)
    expect(names).toContainEqual(BINARY)
  },

  'pending.summary': async ({ api, connectionId, key }) => {
    expect(await api.pending.summary({ connectionId, key, group: GROUP })).toMatchObject({
      total: 4,
      smallestId: '1-0',
    })
  },
  'pending.page': async ({ api, connectionId, key }) => {
    const page = await api.pending.page({ connectionId, key, group: GROUP, consumer: 'alice', count: 2, bodies: true })
    expect(page.entries.map(({ id, deliveries, inStream }) => [id, deliveries, inStream])).toEqual([
      ['1-0', 1, true],
      ['2-0', 1, true],
    ])
    expect(page.next).toBe('2-0')
  },
  'pending.compare': async ({ api, connectionId, key }) => {
    const compared = await api.pending.compare({ connectionId, key, group: GROUP, id: '1-0' })
    expect(compared).toMatchObject({ id: '1-0', deliveries: 1, passed: 0, isTooFew: true, differences: [] })
  },
  'pending.timeline': async ({ api, connectionId, key }) => {
    const span = { fromMs: 0, stepMs: 2, count: 3 }
    const { buckets } = await api.pending.timeline({ connectionId, key, group: GROUP, ...span })
    expect(buckets.map(({ count }) => count)).toEqual([1, 2, 1])
  },
  'pending.histogram': async ({ api, connectionId, key }) => {
    const counting = await api.pending.histogram({ connectionId, key, group: GROUP })
    expect(await last(counting)).toMatchObject({ state: 'done', counted: 4, total: 4 })
  },

  'group.createConsumer': async ({ api, connectionId, key }) => {
    const on = { connectionId, key, group: GROUP, consumer: 'zoe' }
    expect(await api.group.createConsumer(on)).toEqual({ isNew: true, replyLost: false })
    expect(await api.group.createConsumer(on)).toEqual({ isNew: false, replyLost: false })
  },
  'group.planChange': async ({ api, connectionId, key }) => {
    const plan = await api.group.planChange({ connectionId, key, group: GROUP, change: { kind: 'destroy group' } })
    expect(plan).toMatchObject({ before: { pending: 4 }, after: null, blocked: null })
  },
  'group.change': async (world) => {
    const { api, connectionId, key } = world
    const job = await setId(world, '3-0')
    expect(job).toMatchObject({ kind: 'set id', state: 'done', counts: { changed: 1 } })
    const undone = await finished(world, await api.recovery.undo({ connectionId, recordId: job.recordId }))
    expect(undone).toMatchObject({ kind: 'undo', state: 'done' })
    const [group] = await api.group.list({ connectionId, key, countLag: false })
    expect(group).toMatchObject({ name: GROUP, lastDeliveredId: '4-0' })
  },

  'recovery.plan': async ({ api, connectionId, key }) => {
    const selection = { kind: 'consumer', consumer: 'alice' } as const
    const action = { kind: 'claim', to: 'bob', includeGone: false } as const
    expect(await api.recovery.plan({ connectionId, key, group: GROUP, selection, action })).toMatchObject({
      entries: 3,
    })
  },
  'recovery.run': async (world) => {
    expect(await reassign(world, 'alice', 'bob')).toMatchObject({ state: 'done', counts: { changed: 3 } })
  },
  'recovery.planAll': async ({ api, connectionId, key }) => {
    const selection = { kind: 'matching', criteria: { from: '2-0', minDeliveries: 1 } } as const
    const walk = await api.recovery.planAll({ connectionId, key, group: GROUP, selection, action: { kind: 'ack' } })
    expect(await last(walk)).toMatchObject({ state: 'ready', plan: { entries: 3, gone: 0 } })
  },
  'recovery.script': async ({ api, connectionId, key }) => {
    const selection = { kind: 'matching', criteria: {} } as const
    const plan = await api.recovery.plan({ connectionId, key, group: GROUP, selection, action: { kind: 'ack' } })
    const { entries } = plan
    expect(await last(await api.recovery.script({ connectionId, planId: plan.id }))).toMatchObject({
      ...{ state: 'end', entries, cut: false },
    })
  },
  'recovery.resume': async (world) => {
    const { api, connectionId } = world
    const claimed = await reassign(world, 'bob', 'dave')
    const walk = await api.recovery.resume({ connectionId, recordId: claimed.recordId })
    expect(await last(walk)).toMatchObject({ state: 'ready', plan: { entries: 0, action: { to: 'dave' } } })
    await reassign(world, 'dave', 'bob')
  },
  'recovery.outcome': async (world) => {
    const { api, connectionId } = world
    const { recordId } = await reassign(world, 'bob', 'dave')
    expect(await api.recovery.outcome({ connectionId, recordId })).toMatchObject({ watched: 4, acked: 0, to: 'dave' })
    await reassign(world, 'dave', 'bob')
  },
  'recovery.planUndo': async (world) => {
    const { api, connectionId } = world
    const claimed = await reassign(world, 'bob', 'dave')
    const walk = await api.recovery.planUndo({ connectionId, recordId: claimed.recordId })
    const consumers = [
      { name: 'bob', before: 0, after: 4 },
      { name: 'dave', before: 4, after: 0 },
    ]
    expect(await last(walk)).toMatchObject({ state: 'ready', plan: { entries: 4, leftAlone: 0, gone: 0, consumers } })
    await reassign(world, 'dave', 'bob')
  },
  'recovery.undo': async (world) => {
    const { api, connectionId, key } = world
    const claimed = await reassign(world, 'bob', 'carol')
    const undone = await finished(world, await api.recovery.undo({ connectionId, recordId: claimed.recordId }))
    expect(undone).toMatchObject({ kind: 'undo', state: 'done', counts: { changed: 4 } })
    expect(await api.pending.summary({ connectionId, key, group: GROUP })).toMatchObject({
      consumers: [{ name: 'bob', pending: 4 }],
    })
  },

  'sweep.plan': async ({ api, connectionId, key }) => {
    const walk = await api.sweep.plan({ ...ANY_SWEEP, connectionId, stream: key })
    expect(await last(walk)).toMatchObject({ state: 'ready', plan: { streams: 1, groups: 1, sums: { entries: 4 } } })
  },
  'sweep.run': async (world) => {
    const { key, group } = { key: world.key, group: GROUP }
    expect(await swept(world)).toMatchObject({ state: 'done', key, group, counts: { changed: 4 }, sweep: { ended: 1 } })
    await reassign(world, 'sweeper', 'bob')
  },
  'sweep.planUndo': async (world) => {
    const { api, connectionId } = world
    const { recordId: sweepId } = await swept(world)
    const plan = { sweepId, sums: { groups: 1, failed: 0, entries: 4, leftAlone: 0, gone: 0 } }
    expect(await last(await api.sweep.planUndo({ connectionId, sweepId }))).toMatchObject({ state: 'ready', plan })
    await reassign(world, 'sweeper', 'bob')
  },
  'sweep.undo': async (world) => {
    const { api, connectionId, key } = world
    const { recordId: sweepId } = await swept(world)
    const undone = await finished(world, await api.sweep.undo({ connectionId, sweepId }))
    expect(undone).toMatchObject({ kind: 'undo', state: 'done', counts: { changed: 4 } })
    expect(await api.pending.summary({ connectionId, key, group: GROUP })).toMatchObject({
      consumers: [{ name: 'bob', pending: 4 }],
    })
  },

  'trim.plan': async ({ api, connectionId, key }) => {
    const strategy = { kind: 'maxlen', maxlen: 4 } as const
    const plan = await api.trim.plan({ connectionId, key, strategy, approximate: false, limit: 1_000 })
    expect(plan).toMatchObject({ removes: { value: 1, certainty: 'exact' }, firstKept: '2-0' })
  },
  'trim.run': async (world) => {
    const { api, connectionId, key } = world
    const strategy = { kind: 'maxlen', maxlen: 4 } as const
    const plan = await api.trim.plan({ connectionId, key, strategy, approximate: false, limit: 1_000 })
    const job = await finished(world, await api.trim.run({ connectionId, key, planId: plan.id, backup: false }))
    expect(job).toMatchObject({ kind: 'trim', state: 'done', counts: { changed: 1 } })
  },

  'restore.planRebuild': async (world) => {
    const { api, connectionId } = world
    const file = await saved(world, 'looked at')
    const walk = await api.restore.planRebuild({ connectionId, file, target: null, merge: true })
    const expected = { key: 'looked at', target: 'looked at:restored', entries: 1, inBackup: 1, blocked: null }
    expect(await last(walk)).toMatchObject({ state: 'ready', plan: expected })
  },
  'restore.rebuild': async (world) => {
    expect(await rebuilt(world, `${world.key}:rebuilt`)).toMatchObject({ state: 'done', counts: { changed: 1 } })
  },
  'restore.planSwap': async (world) => {
    const { api, connectionId } = world
    const { recordId } = await rebuilt(world, `${world.key}:compared`)
    const walk = await api.restore.planSwap({ connectionId, recordId })
    expect(await last(walk)).toMatchObject({ state: 'ready', plan: { before: 0, after: 1, blocked: null } })
  },
  'restore.catchUp': async (world) => {
    const { api, connectionId } = world
    const { recordId } = await rebuilt(world, `${world.key}:caught`)
    const job = await finished(world, await api.restore.catchUp({ connectionId, recordId }))
    expect(job).toMatchObject({ kind: 'restore stream', state: 'done' })
  },
  'restore.swap': async (world) => {
    const { api, connectionId } = world
    const key = `${world.key}:swapped`
    const { recordId } = await rebuilt(world, key)
    const made = await last(await api.restore.planSwap({ connectionId, recordId }))
    if (made?.state !== 'ready') throw new Error('the plan was never made')
    const job = await finished(world, await api.restore.swap({ connectionId, key, planId: made.plan.id }))
    expect(job).toMatchObject({ kind: 'swap streams', state: 'done' })
    expect(await api.stream.info({ connectionId, key })).toMatchObject({ length: 1 })
  },

  'restore.backupUsage': async ({ api }) => {
    expect((await api.restore.backupUsage()).files).toBeGreaterThanOrEqual(0)
  },
  'restore.removeBackups': async ({ api }) => {
    expect(await api.restore.removeBackups({ changedBefore: 0 })).toEqual({ files: 0, bytes: 0 })
  },
  'restore.backups': async (world) => {
    const file = await saved(world, 'saved')
    const { backups } = await world.api.restore.backups()
    expect(backups.find((each) => each.file === file)).toMatchObject({ stream: 'saved', contents: { entries: 1 } })
  },
  'restore.readImport': async ({ api }) => {
    const controller = new AbortController()
    const kinds: string[] = []
    for await (const event of await api.restore.readImport({ format: null, again: null }, controller)) {
      kinds.push(event.kind)
      if (event.kind === 'staged') break
      if (event.kind !== 'send') continue
      const path = event.path.slice(WEB_PATHS.upload.length)
      for (const [from, text] of [
        ['0', 'a,b\n1,2\n'],
        ['end', ''],
      ] as const) {
        expect((await uploads.receive(`${path}${from}`, () => Promise.resolve(Buffer.from(text)))).status).toBe(200)
      }
    }
    controller.abort()
    expect([kinds[0], kinds.at(-1)]).toEqual(['send', 'staged'])
  },
  'restore.planCopies': async (world) => {
    const { api, connectionId } = world
    const file = await saved(world, 'planned')
    const asked = { connectionId, key: 'planned', file, ids: null, provenance: false }
    const walk = await api.restore.planCopies(asked)
    expect(await last(walk)).toMatchObject({ state: 'ready', plan: { entries: 1, damaged: 0, groups: [] } })
  },
  'restore.addCopies': async (world) => {
    const { api, connectionId } = world
    const key = 'restored'
    const asked = { connectionId, key, file: await saved(world, key), ids: null, provenance: true }
    const made = await last(await api.restore.planCopies(asked))
    if (made?.state !== 'ready') throw new Error('the plan was never made')
    const job = await finished(world, await api.restore.addCopies({ connectionId, key, planId: made.plan.id }))
    expect(job).toMatchObject({ kind: 'restore entries', state: 'done', counts: { changed: 1 } })
  },

  'search.watch': async ({ api, connectionId }) => {
    const { id } = await savedSearch(api, connectionId, 'watched')
    const all = await first(api.search.watch({ connectionId }))
    expect(all.find((one) => one.id === id)).toMatchObject({ name: 'watched', from: '1h' })
    await api.search.remove({ connectionId, id })
  },
  'search.save': async ({ api, connectionId }) => {
    const { id } = await savedSearch(api, connectionId, 'saved')
    await expect(savedSearch(api, connectionId, 'saved')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await api.search.remove({ connectionId, id })
  },
  'search.rename': async ({ api, connectionId }) => {
    const { id } = await savedSearch(api, connectionId, 'before')
    await api.search.rename({ connectionId, id, name: 'after' })
    expect((await first(api.search.watch({ connectionId }))).map(({ name }) => name)).toEqual(['after'])
    await api.search.remove({ connectionId, id })
    await expect(api.search.rename({ connectionId, id, name: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  },
  'search.remove': async ({ api, connectionId }) => {
    const { id } = await savedSearch(api, connectionId, 'removed')
    await api.search.remove({ connectionId, id })
    expect(await first(api.search.watch({ connectionId }))).toEqual([])
  },

  'copy.plan': async (world) => {
    const { plan } = await plannedCopy(world, 'copied:planned')
    expect(plan).toMatchObject({ entries: 1, firstId: '1-0', creates: true, blocked: null })
  },
  'copy.run': async (world) => {
    const { api, connectionId, direct } = world
    const key = 'copied'
    const { plan } = await plannedCopy(world, key)
    const job = await finished(world, await api.copy.run({ connectionId, key, planId: plan.id }))
    expect(job).toMatchObject({ kind: 'copy', state: 'done', counts: { changed: 1 } })
    expect(await direct.xrange(key, '-', '+')).toEqual([['1-0', ['a', '1']]])
  },

  'redrive.planAll': async ({ api, connectionId, direct, key }) => {
    const selection = { kind: 'all' } as const
    await bury(direct, `${key}:dead`, key)
    const walk = await api.redrive.planAll({ connectionId, key: `${key}:dead`, selection, options: {} })
    const targets = [{ name: key, entries: 1, type: 'stream', refusal: null }]
    expect(await last(walk)).toMatchObject({ state: 'ready', plan: { goes: 1, targets } })
  },
  'redrive.run': async (world) => {
    const { api, connectionId, direct } = world
    const key = `redriven:dead`
    await bury(direct, key, 'redriven')
    const selection = { kind: 'all' } as const
    const step = await last(await api.redrive.planAll({ connectionId, key, selection, options: { create: true } }))
    const planId = step?.state === 'ready' ? step.plan.id : ''
    const job = await finished(world, await api.redrive.run({ connectionId, key, planId, perSecond: 100 }))
    expect(job).toMatchObject({ kind: 'redrive', state: 'done', throttle: { perSecond: 100 }, counts: { changed: 1 } })
  },

  'job.list': async ({ api, key }) => {
    expect((await api.job.list()).map((job) => job.key)).toContain(key)
  },
  'job.watch': async ({ api }) => {
    expect(await first(api.job.watch())).toHaveProperty('state')
  },
  'job.cancel': async ({ api }) => {
    await expectNoSuchJob(api.job.cancel({ jobId: 'no such job' }))
  },
  'job.pause': async ({ api }) => {
    await expectNoSuchJob(api.job.pause({ jobId: 'no such job' }))
  },
  'job.resume': async ({ api }) => {
    await expectNoSuchJob(api.job.resume({ jobId: 'no such job' }))
  },
  'job.limit': async ({ api }) => {
    await expectNoSuchJob(api.job.limit({ jobId: 'no such job', perSecond: 10 }))
  },

  'journal.list': async ({ api, connectionId, key }) => {
    const { records, damaged } = await api.journal.list({ connectionId, count: 500 })
    expect(damaged).toBe(0)
    const ours = records.filter((record) => record.key === key).map(({ action }) => action)
    expect(ours).toEqual(expect.arrayContaining(['claim', 'undo', 'trim', 'create group']))
  },

  'session.list': async ({ api }) => {
    expect(await api.session.list()).toEqual([])
  },
  'session.end': async ({ api }) => {
    expect(await api.session.end({ id: 'none' })).toEqual({ ended: 0 })
  },
  'session.endAllOf': async ({ api }) => {
    expect(await api.session.endAllOf({ who: { by: 'user', name: 'nobody' } })).toEqual({ ended: 0 })
  },
}

async function first<T>(iterator: Promise<AsyncIterable<T>>): Promise<T> {
  for await (const event of await iterator) return event
  throw new Error('nothing came')
}

async function expectNoSuchJob(call: ReturnType<World['api']['job']['cancel']>): Promise<void> {
  const { error, isDefined } = await safe(call)
  expect(isDefined).toBe(true)
  expect(error).toMatchObject({ code: 'NOT_FOUND', data: { what: 'job', name: 'no such job' } })
}

async function last<T>(events: AsyncIterable<T>): Promise<T | undefined> {
  let latest: T | undefined
  for await (const event of events) latest = event
  return latest
}

/** Makes a new key of such a backup. */
async function rebuilt(world: World, key: string): Promise<Job> {
  const { api, connectionId } = world
  const asked = { connectionId, file: await saved(world, key), target: null, merge: true }
  const made = await last(await api.restore.planRebuild(asked))
  if (made?.state !== 'ready') throw new Error('the plan was never made')
  return finished(world, await api.restore.rebuild({ connectionId, planId: made.plan.id }))
}

/** Adds an entry to a stream, deletes it after a backup, and gives that one's name. */
async function saved(world: World, key: string): Promise<string> {
  const { api, connectionId } = world
  const { id } = await api.entry.add({ connectionId, key, id: '*', fields: [['a', '1']], create: true })
  const selection = { kind: 'ids' as const, ids: [id] }
  const plan = await api.entry.planDelete({ connectionId, key, selection, references: 'KEEPREF' })
  const { recordId } = await finished(world, await api.entry.delete({ connectionId, key, planId: plan.id }))
  return (await api.restore.backups()).backups.find(({ file }) => file.includes(recordId))?.file ?? ''
}

/** A dead letter of Sluice's making. */
function savedSearch(api: World['api'], connectionId: string, name: string) {
  const what = { stream: '*', query: EVERY_ENTRY, from: '1h', to: '', zone: 'UTC', order: 'newest' } as const
  return api.search.save({ connectionId, name, ...what })
}

async function plannedCopy({ api, connectionId, direct }: World, key: string) {
  const from = { connectionId, key: `${key}:source` }
  await direct.del(key, from.key)
  await direct.xadd(from.key, '1-0', 'a', '1')
  const how = { choice: {}, ids: 'keep', provenance: false, pace: { kind: 'fast' } } as const
  const step = await last(await api.copy.plan({ connectionId, key, from, ...how }))
  if (step?.state !== 'ready') throw new Error('the plan was never made')
  return step
}

async function bury(direct: Redis, dead: string, origin: string): Promise<void> {
  await direct.xadd(dead, '*', 'n', '1', 'sluice:stream', origin, 'sluice:id', '1-0', 'sluice:reason', '')
}

async function setId(world: World, to: string): Promise<Job> {
  const { api, connectionId, key } = world
  const on = { connectionId, key, group: GROUP }
  const plan = await api.group.planChange({ ...on, change: { kind: 'set id', to } })
  return finished(world, await api.group.change({ ...on, planId: plan.id }))
}

async function swept(world: World): Promise<Job> {
  const { api, connectionId, key: stream } = world
  const told = await last(await api.sweep.plan({ ...ANY_SWEEP, connectionId, stream }))
  if (told?.state !== 'ready') throw new Error('a plan came to no end')
  return finished(world, await api.sweep.run({ connectionId, planId: told.plan.id }))
}

async function reassign(world: World, from: string, to: string): Promise<Job> {
  const { api, connectionId, key } = world
  const selection = { kind: 'consumer', consumer: from } as const
  const action = { kind: 'claim', to, includeGone: false } as const
  const plan = await api.recovery.plan({ connectionId, key, group: GROUP, selection, action })
  return finished(world, await api.recovery.run({ connectionId, planId: plan.id }))
}

async function finished({ api }: World, { id }: Job): Promise<Job> {
  for await (const job of await api.job.watch()) if (job.id === id && job.state !== 'running') return job
  throw new Error('the job was not heard of again')
}

async function seed(direct: Redis, key: string): Promise<void> {
  const bytes = Buffer.from(BINARY.base64, 'base64')
  for (const n of [1, 2, 3, 4]) await direct.xadd(key, `${n}-0`, 'n', String(n))
  await direct.xadd(key, '5-0', 'n', '5', 'n', 'again', bytes, bytes)
  await direct.call('XSETID', key, '5-0', 'ENTRIESADDED', '9007199254740993', 'MAXDELETEDID', '0-0')
  await direct.call('XGROUP', 'CREATE', key, GROUP, '0')
  await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', '3', 'STREAMS', key, '>')
  await direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'COUNT', '1', 'STREAMS', key, '>')
}

let redis: TestRedis
let direct: Redis
let backend: Backend
let dataDir: string
beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client()
  await direct.xadd(Buffer.from(BINARY.base64, 'base64'), '*', 'n', '1')
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-procedures-'))
  const log = pino({ level: 'silent' })
  backend = await createBackend({
    kind: 'web',
    version: '1.2.3',
    dataDir,
    sandbox: false,
    saveFile: downloads.save,
    openFile: downloads.open,
    takeFile: uploads.take,
    decoderFile: builtDecoder,
    log,
  })
})
afterAll(async () => {
  await backend.close()
  await redis.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

test('the contract holds these procedures and no others', () => {
  const paths = Object.entries(contract).flatMap(([noun, procedures]) =>
    Object.keys(procedures).map((name) => `${noun}.${name}`),
  )
  expect(Object.keys(calls).sort()).toEqual(paths.sort())
})

describe.each([...transports, overHttp])('over $name', ({ name, connect }) => {
  let connected: Connected<Backend['router']>
  let world: World
  beforeAll(async () => {
    const key = `orders over ${name}`
    await seed(direct, key)
    connected = await connect(backend.router)
    const api: World['api'] = connected.client
    const { id: connectionId } = await api.connection.save({
      profile: redis.connection({ name }),
      secrets: { password: null },
    })
    await api.connection.open({ connectionId })
    world = { api, redis, direct, connectionId, key }
  })
  afterAll(() => connected.stop())

  test.each(Object.entries(calls))('%s', (_path, call) => call(world))

  test('an error of Redis crosses with its prefix and words', async () => {
    await direct.set('a string', 'x')
    const { error, isDefined } = await safe(
      world.api.stream.info({ connectionId: world.connectionId, key: 'a string' }),
    )
    expect(isDefined).toBe(true)
    expect(error).toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE' } })
  })
})
