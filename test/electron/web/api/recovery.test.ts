import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDownloads } from '../../../../electron/web/downloads'
import { createUploads } from '../../../../electron/web/uploads'
import type { Backend } from '../../../../electron/api/backend'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import { seedStream } from '../../api/backend-kit'
import { startApiHost, type ApiHost } from '../../../helpers/http-api'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { createTestBackend } from '../../../helpers/test-backend'

let redis: TestRedis
let direct: Redis
let backend: Backend
let dataDir: string
let host: ApiHost
beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client()
})
afterAll(() => redis.stop())
beforeEach(async () => {
  await direct.flushall()
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-api-'))
  const [downloads, uploads] = [createDownloads(), createUploads()]
  backend = await createTestBackend(dataDir, {
    saveFile: downloads.save,
    openFile: downloads.open,
    takeFile: uploads.take,
  })
  host = await startApiHost(backend.router, undefined, { downloads, uploads })
  await seedStream(direct, 'orders')
})
afterEach(async () => {
  await host.stop()
  await backend.close()
  rmSync(dataDir, { recursive: true, force: true })
})

type Answer = Readonly<Record<string, unknown>>
async function ask(path: string, input: unknown, token = host.tokens.operator): Promise<Answer> {
  const response = await host.call(path, input, token)
  const text = await response.text()
  if (response.headers.get('content-type') === 'text/event-stream') {
    const data = [...text.matchAll(/event: message\ndata: (.*)/g)].map(([, json = '']) => JSON.parse(json) as Answer)
    return data.at(-1) ?? {}
  }
  return { status: response.status, ...(text === '' ? {} : (JSON.parse(text) as Answer)) }
}
async function connect(changes: Partial<ConnectionProfile> = {}): Promise<string> {
  const { id } = await ask(
    'connection.save',
    { profile: redis.connection(changes), secrets: { password: null } },
    host.tokens.admin,
  )
  await ask('connection.open', { connectionId: id }, host.tokens.viewer)
  return id as string
}
const heldBy = async (consumer: string): Promise<number> =>
  ((await direct.call('XPENDING', 'orders', 'billing', '-', '+', 100, consumer)) as unknown[]).length
const claim = (connectionId: string) => ({
  ...{ connectionId, key: 'orders', group: 'billing' },
  selection: { kind: 'consumer', consumer: 'alice' },
  action: { kind: 'claim', to: 'bob', includeGone: false },
})
const ended = async (id: unknown): Promise<unknown> => {
  for (;;) {
    const jobs = (await (await host.call('job.list', undefined, host.tokens.viewer)).json()) as {
      id: string
      state: string
    }[]
    const state = jobs.find((job) => job.id === id)?.state
    if (state !== 'running') return state
  }
}

test('a look, a plan, a run and an undo, and the journal says which token it was', async () => {
  const connectionId = await connect()
  const groups = await host.call('group.list', { connectionId, key: 'orders', countLag: true }, host.tokens.viewer)
  expect(await groups.json()).toMatchObject([{ name: 'billing', pending: 3 }])
  const plan = await ask('recovery.plan', claim(connectionId))
  expect(plan).toMatchObject({ entries: 3, changes: 3 })
  expect(await heldBy('alice')).toBe(3)
  const job = await ask('recovery.run', { connectionId, planId: plan['id'] })
  expect(await ended(job['id'])).toBe('done')
  expect([await heldBy('alice'), await heldBy('bob')]).toEqual([0, 3])
  const undone = await ask('recovery.undo', { connectionId, recordId: job['recordId'] })
  expect(await ended(undone['id'])).toBe('done')
  expect([await heldBy('alice'), await heldBy('bob')]).toEqual([3, 0])
  const { records } = (await ask('journal.list', { count: 10 }, host.tokens.viewer)) as { records: { who: unknown }[] }
  expect(records.map(({ who }) => who)).toEqual(Array.from({ length: 2 }, () => ({ by: 'token', name: 'ci-operator' })))
})

test('a plan is run once', async () => {
  const connectionId = await connect()
  const { id: planId } = await ask('recovery.plan', claim(connectionId))
  const job = await ask('recovery.run', { connectionId, planId })
  await ended(job['id'])
  expect(await ask('recovery.run', { connectionId, planId })).toMatchObject({ status: 412, code: 'STALE_PLAN' })
})

test('the plan with every figure counted comes as events', async () => {
  const connectionId = await connect()
  expect(await ask('recovery.planAll', claim(connectionId))).toMatchObject({ state: 'ready', plan: { changes: 3 } })
})

describe('guards hold', () => {
  test('a read-only connection', async () => {
    const connectionId = await connect({ readOnly: true })
    const plan = await ask('recovery.plan', claim(connectionId))
    expect(await ask('recovery.run', { connectionId, planId: plan['id'] })).toMatchObject({
      ...{ status: 403, code: 'READ_ONLY', defined: true },
      message: expect.stringMatching(/read-only/i) as string,
    })
    expect(await heldBy('alice')).toBe(3)
  })

  test('production, for what Redis can’t take back', async () => {
    const connectionId = await connect({ environment: 'prod' })
    const asked = {
      connectionId,
      key: 'orders',
      strategy: { kind: 'minid', minid: '2-0' },
      approximate: false,
      limit: 1_000,
    }
    const { id: planId } = await ask('trim.plan', asked)
    const run = { connectionId, key: 'orders', planId, backup: false }
    expect(await ask('trim.run', run)).toMatchObject({
      status: 428,
      code: 'CONFIRMATION_NEEDED',
      data: { expected: 'orders' },
    })
    expect(await ask('trim.run', { ...run, confirmation: 'ORDERS' })).toMatchObject({ status: 428 })
    expect(await direct.xlen('orders')).toBe(10)
    await ended((await ask('trim.run', { ...run, confirmation: 'orders' }))['id'])
    expect(await direct.xlen('orders')).toBe(9)
  })

  test('input that does not fit says which field', async () => {
    const connectionId = await connect()
    const wrong = { ...claim(connectionId), action: { kind: 'explode' } }
    expect(await ask('recovery.plan', wrong)).toMatchObject({
      status: 400,
      code: 'BAD_INPUT',
      data: { field: expect.stringContaining('action') as string },
    })
  })

  test('a connection that is not open, or not there', async () => {
    const connectionId = await connect()
    await ask('connection.close', { connectionId })
    expect(await ask('recovery.plan', claim(connectionId))).toMatchObject({ status: 503, code: 'UNREACHABLE' })
    expect(await ask('connection.open', { connectionId: 'another' })).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })
})

test('names of any bytes, and counts that no number has, keep their form', async () => {
  const raw = Buffer.from('ff00fe', 'hex')
  await seedStream(direct, raw)
  await direct.call('XSETID', raw, '10-0', 'ENTRIESADDED', '9007199254740993', 'MAXDELETEDID', '0-0')
  const connectionId = await connect()
  const key = { base64: raw.toString('base64') }
  expect(await ask('stream.info', { connectionId, key }, host.tokens.viewer)).toMatchObject({
    key,
    length: 10,
    entriesAdded: '9007199254740993',
  })
})

describe('files', () => {
  const fetchFile = (path: string, token: string | null, init: RequestInit = {}) =>
    fetch(host.url.replace(/\/api$/, path), {
      ...init,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    })

  test('an exported one is fetched with a token, once', async () => {
    const connectionId = await connect()
    const source = { kind: 'entries', order: 'oldest' }
    const response = await host.call(
      'export.save',
      { connectionId, key: 'orders', format: 'jsonl', as: 'raw', source },
      host.tokens.viewer,
    )
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let told = ''
    let path: string | undefined
    while (path === undefined) {
      told += (await reader.read()).value ?? ''
      path = /"path":"([^"]+)"/.exec(told)?.[1]
    }
    for (const token of [null, 'wrong']) expect((await fetchFile(path, token)).status).toBe(401)
    const file = await (await fetchFile(path, host.tokens.viewer)).text()
    expect(file.match(/"id":"\d+-0"/g)).toHaveLength(10)
    expect((await fetchFile(path, host.tokens.viewer)).status).toBe(404)
    await reader.cancel()
  })

  test('one to import is sent with a token', async () => {
    await connect()
    const response = await host.call('restore.readImport', { format: 'jsonl', again: null }, host.tokens.operator)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let told = ''
    const until = async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const [, found] = pattern.exec(told) ?? []
        if (found !== undefined) return found
        told += (await reader.read()).value ?? ''
      }
    }
    const path = await until(/"path":"([^"]+)"/)
    const body = `${JSON.stringify({ id: '1-0', fields: [{ name: 'a', value: '1' }] })}\n`
    expect((await fetchFile(`${path}0`, null, { method: 'POST', body })).status).toBe(401)
    expect((await fetchFile(`${path}0`, host.tokens.operator, { method: 'POST', body })).status).toBe(200)
    expect((await fetchFile(`${path}end`, host.tokens.operator, { method: 'POST', body: '' })).status).toBe(200)
    expect(await until(/"kind":"(staged|faulty)"/)).toMatch(/staged|faulty/)
    await reader.cancel()
  })
})
