import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Backend } from '../../../electron/api/backend'
import { contract } from '../../../shared/contract'
import type { ProcedureMeta } from '../../../shared/contract/base'
import { AS_ADMIN } from '../../helpers/callers'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { createTestBackend } from '../../helpers/test-backend'

let redis: TestRedis
let backend: Backend
let connectionId: string
const dataDir = mkdtempSync(join(tmpdir(), 'sluice-read-only-'))
beforeAll(async () => {
  redis = await startRedis()
  await redis.client().xadd('orders', '1-0', 'a', 'b')
  backend = await createTestBackend(dataDir, { readOnly: true })
  // The connection itself takes writes.
  connectionId = (await api().connection.save({ profile: redis.connection(), secrets: {} })).id
  await api().connection.open({ connectionId })
})
afterAll(async () => {
  await backend.close()
  await redis.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const api = () => createRouterClient(backend.router, { context: AS_ADMIN })
interface Declared {
  readonly '~orpc': { readonly meta: ProcedureMeta }
}
const mutating = Object.entries(contract).flatMap(([noun, procedures]) =>
  Object.entries<Declared>(procedures).flatMap(([name, procedure]) =>
    procedure['~orpc'].meta.mutates ? [[noun, name] as const] : [],
  ),
)

test('there is something to be refused', () => {
  expect(mutating.length).toBeGreaterThan(8)
})

test.each(mutating)('%s.%s is refused, whoever asks and whatever for', async (noun, name) => {
  type Called = (input: unknown) => Promise<unknown>
  const call = (api() as unknown as Record<string, Record<string, Called>>)[noun]![name]!
  const before = readdirSync(dataDir, { recursive: true })
  for (const input of [{}, { connectionId }, { connectionId, key: 'orders', confirmation: 'orders', planId: 'p' }]) {
    await expect(call(input)).rejects.toMatchObject({ code: 'READ_ONLY', defined: true, data: { connection: null } })
  }
  expect(readdirSync(dataDir, { recursive: true })).toEqual(before)
})

test('what is there can be looked at, and the page is told why nothing can be done', async () => {
  expect(await api().stream.info({ connectionId, key: 'orders' })).toMatchObject({ length: 1 })
  expect(await api().host.info()).toMatchObject({ readOnly: true })
})
