import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionProfile } from '../../../shared/model/connection'
import type { ExportEvent } from '../../../shared/model/export'
import { HIDDEN } from '../../../shared/masking/hidden'
import { CALLERS } from '../../helpers/callers'
import { useBackend, type Api } from './backend-kit'

const kit = useBackend()
const KEY = 'payments'
const SECRET = 'QHXZ-4711-GJKX'
const JSON_BODY = `{"user":"ada","card":{"number":"${SECRET}"},"n":1.50}`
const SHOWN = '{"user":"ada","card":"•••","n":1.50}'
const WHERE = { key: KEY, id: '1-0' }

beforeEach(async () => {
  await kit.direct.xadd(KEY, '1-0', 'id', '7', 'password', SECRET, 'body', JSON_BODY)
  await kit.direct.xgroup('CREATE', KEY, 'billing', '0')
  await kit.direct.call('XREADGROUP', 'GROUP', 'billing', 'alice', 'STREAMS', KEY, '>')
})

const open = (changes: Partial<ConnectionProfile> = {}) => kit.connect({ name: 'shop', ...changes })
const as = (role: 'viewer' | 'operator'): Api =>
  createRouterClient(kit.backend.router, { context: { caller: CALLERS[role] } })
const journal = async (connectionId: string) =>
  (await kit.api.journal.list({ connectionId, count: 50 })).records.filter(({ action }) => action === 'show masked')

async function exported(api: Api, choice: Parameters<Api['export']['save']>[0]): Promise<ExportEvent[]> {
  const events: ExportEvent[] = []
  for await (const event of await api.export.save(choice)) events.push(event)
  return events
}

describe('what is masked', () => {
  test('is told as dots, where it is a part of JSON all else as it was', async () => {
    const connectionId = await open()
    const { fields } = await kit.api.entry.fields({ connectionId, ...WHERE })
    expect(fields).toMatchObject([
      { value: '7' },
      { value: HIDDEN, masked: 'whole', size: SECRET.length },
      { value: SHOWN, masked: 'part', size: JSON_BODY.length },
    ])
    expect(fields[0]).not.toHaveProperty('masked')
    const { text } = await kit.api.entry.text({ connectionId, ...WHERE, as: 'json' })
    expect(text).toContain(HIDDEN)
    expect(text).not.toContain(SECRET)
    const line = await kit.api.entry.text({ connectionId, ...WHERE, as: 'redis-cli' })
    expect(line).toMatchObject({ masked: 2, text: expect.stringMatching(/^# XADD/) as string })
  })

  test('is by the names of its connection, from the moment that they are saved', async () => {
    const connectionId = await open({ masked: ['user'] })
    const valuesOf = async () => (await kit.api.entry.get({ connectionId, ...WHERE })).fields.map(({ value }) => value)
    expect(await valuesOf()).toEqual(['7', SECRET, JSON_BODY.replace('"ada"', '"•••"')])
    // One who says nothing of it leaves it as it is.
    await kit.api.connection.save({ id: connectionId, profile: kit.redis.connection({ name: 'renamed' }) })
    expect((await valuesOf())[1]).toBe(SECRET)
    await kit.api.connection.save({ id: connectionId, profile: kit.redis.connection({ masked: [] }) })
    await expect.poll(valuesOf).toEqual(['7', SECRET, JSON_BODY])
  })

  test('comes with new entries, found ones and the hashes of a plan as dots as well', async () => {
    const connectionId = await open()
    const leave = new AbortController()
    const tail = await kit.api.entry.tail({ connectionId, key: KEY, after: '0-1' }, { signal: leave.signal })
    const { value: first } = await tail.next()
    leave.abort()
    expect(JSON.stringify(first)).toContain(SHOWN.replaceAll('"', '\\"'))
    expect(JSON.stringify(first)).not.toContain(SECRET)
    const query = [[{ not: false, subject: { kind: 'any' as const }, how: 'contains' as const, value: SECRET }]]
    for await (const event of await kit.api.entry.search({ connectionId, key: KEY, query, order: 'oldest' }))
      expect(JSON.stringify(event)).not.toContain(SECRET)
    const plan = await kit.api.recovery.plan({
      ...{ connectionId, key: KEY, group: 'billing', selection: { kind: 'consumer', consumer: 'alice' } },
      action: { kind: 'handle', to: 'monitor', prefix: 'h:', idField: null, minIdleMs: 0 },
    })
    expect(plan.hashes?.first).not.toHaveLength(0)
    expect(JSON.stringify(plan)).not.toContain(SECRET)
    const { selection, action } = plan
    for await (const event of await kit.api.recovery.planAll({
      connectionId,
      key: KEY,
      group: 'billing',
      selection,
      action,
    })) {
      if (event.state === 'ready') expect(event.plan.hashes?.first).not.toHaveLength(0)
      expect(JSON.stringify(event)).not.toContain(SECRET)
    }
  })

  test('is not told by a path that leads into it either', async () => {
    const connectionId = await open()
    const body = JSON.stringify({ pad: 'x'.repeat(600), card: { number: SECRET }, deep: { inner: { pin: SECRET } } })
    await kit.direct.xadd(KEY, '2-0', 'body', body)
    await kit.direct.xadd(KEY, '2-1', 'password', JSON.stringify({ pad: 'x'.repeat(600), x: SECRET }))
    const inner = await kit.api.entry.page({ connectionId, key: KEY, order: 'newest', count: 1, paths: ['$.x'] })
    expect(inner.entries[0]?.told).toMatchObject([{ path: '$.x', text: HIDDEN }])
    await kit.direct.xdel(KEY, '2-1')
    const paths = ['body.card.number', 'body.card', 'body.deep.inner', '$.deep.inner.pin', 'body.pad']
    const page = await kit.api.entry.page({ connectionId, key: KEY, order: 'newest', count: 5, paths })
    expect(page.entries[0]?.told).toMatchObject([
      ...[{ text: HIDDEN }, { text: HIDDEN }, { text: '{"pin":"•••"}' }, { text: HIDDEN }],
      { text: 'x'.repeat(200), cut: true },
    ])
    expect(JSON.stringify(page)).not.toContain(SECRET)
  })

  test('is not saved to a file, and not decoded, unless it is shown', async () => {
    const connectionId = await open()
    const refused = { code: 'BAD_INPUT', data: { field: 'unmasked' } }
    const value = { connectionId, ...WHERE, at: 1, name: 'password' }
    await expect(kit.api.entry.saveValue(value)).rejects.toMatchObject(refused)
    const { name: field, ...where } = value
    const decode = { ...where, field, name: 'password', as: 'auto' as const, schema: null }
    await expect(kit.api.entry.decodeField(decode)).rejects.toMatchObject(refused)
    expect(await kit.api.entry.decodeField({ ...decode, unmasked: true })).toMatchObject({ last: SECRET })
    const body = await kit.api.entry.decodeField({ ...decode, at: 2, field: 'body', name: 'body' })
    expect(JSON.stringify(body)).not.toContain(SECRET)
    expect(body.chain).toEqual(['json'])
    // By no other way of reading it, nor by another name.
    const asBytes = { ...decode, at: 2, field: 'body', name: 'body', as: 'msgpack' as const }
    await expect(kit.api.entry.decodeField(asBytes)).rejects.toMatchObject(refused)
    await kit.direct.xadd(KEY, '3-0', 'customer', '{"email":"ada@example.com"}')
    await kit.api.connection.save({ id: connectionId, profile: kit.redis.connection({ masked: ['customer.email'] }) })
    const named = { connectionId, key: KEY, id: '3-0', at: 0, field: 'customer', as: 'auto' as const, schema: null }
    for (const name of [null, 'other', 'customer'])
      expect(JSON.stringify(await kit.api.entry.decodeField({ ...named, name }))).not.toContain('ada@')
  })
})

describe('shown as it is', () => {
  test('on request, to an operator; a viewer is refused, whatever is asked for', async () => {
    const connectionId = await open()
    const asked = { connectionId, ...WHERE, unmasked: true }
    const { fields } = await as('operator').entry.get(asked)
    expect(fields.map(({ value }) => value)).toEqual(['7', SECRET, JSON_BODY])
    const viewer = as('viewer')
    const refused = { code: 'FORBIDDEN' }
    await expect(viewer.entry.get(asked)).rejects.toMatchObject(refused)
    await expect(viewer.entry.fields(asked)).rejects.toMatchObject(refused)
    await expect(viewer.entry.text({ ...asked, as: 'json' })).rejects.toMatchObject(refused)
    await expect(viewer.entry.saveValue({ ...asked, at: 1, name: 'password' })).rejects.toMatchObject(refused)
    expect(JSON.stringify(await viewer.entry.get({ connectionId, ...WHERE }))).not.toContain(SECRET)
  })

  test('is journaled on a production connection, once a look, and nowhere else', async () => {
    const [prod, dev] = [await open({ environment: 'prod' }), await open()]
    for (const connectionId of [prod, dev]) {
      await kit.api.entry.fields({ connectionId, ...WHERE })
      expect(await journal(connectionId)).toEqual([])
      await kit.api.entry.fields({ connectionId, ...WHERE, unmasked: true })
      await kit.api.entry.fields({ connectionId, ...WHERE, unmasked: true, skip: 1 })
      await kit.api.entry.text({ connectionId, ...WHERE, unmasked: true, as: 'json' })
    }
    expect(await journal(dev)).toEqual([])
    const [record, ...more] = await journal(prod)
    expect(more).toEqual([])
    expect(record).toMatchObject({
      ...{ key: KEY, state: 'done', summary: { code: 'masking.shown', params: { id: '1-0' } } },
      ...{ undo: { possible: false }, commands: [] },
    })
    expect(JSON.stringify(record)).not.toContain(SECRET)
    await exported(kit.api, {
      ...{ connectionId: prod, key: KEY, format: 'csv', as: 'raw', unmasked: true },
      source: { kind: 'entries', order: 'oldest' },
    })
    expect((await journal(prod))[0]).toMatchObject({ summary: { code: 'masking.exported' } })
  })

  test('also where a script of a plan has bodies, which stand in it as they are', async () => {
    const connectionId = await open({ environment: 'prod' })
    const scriptOf = async (action: Parameters<Api['recovery']['plan']>[0]['action']) => {
      const selection = { kind: 'consumer', consumer: 'alice' } as const
      const plan = await kit.api.recovery.plan({ connectionId, key: KEY, group: 'billing', selection, action })
      const parts: unknown[] = []
      for await (const part of await kit.api.recovery.script({ connectionId, planId: plan.id })) parts.push(part)
      return JSON.stringify(parts)
    }
    expect(await scriptOf({ kind: 'claim', to: 'bob', includeGone: false })).not.toContain(SECRET)
    expect(await journal(connectionId)).toEqual([])
    expect(await scriptOf({ kind: 'requeue', stream: null, provenance: false })).toContain(SECRET)
    expect(await journal(connectionId)).toMatchObject([{ summary: { code: 'masking.script' } }])
  })

  test('is not, where that can’t be journaled', async () => {
    const connectionId = await open({ environment: 'prod' })
    await kit.api.entry.get({ connectionId, ...WHERE })
    const folder = join(kit.dataDir, 'journal')
    rmSync(folder, { recursive: true, force: true })
    writeFileSync(folder, '')
    const asked = kit.api.entry.get({ connectionId, ...WHERE, unmasked: true })
    await expect(asked).rejects.toMatchObject({ code: 'STORAGE' })
  })
})
