import { describe, expect, test } from 'vitest'
import { toBuffer } from '../../../electron/redis/bytes'
import type { Bytes } from '../../../shared/bytes'
import { contract } from '../../../shared/contract'
import type { ProcedureMeta } from '../../../shared/contract/base'
import type { Job } from '../../../shared/model/job'
import { planTrim, seedStream, useBackend } from './backend-kit'

const kit = useBackend()

interface Declared {
  readonly '~orpc': { readonly meta: ProcedureMeta }
}
const irreversible = Object.entries(contract).flatMap(([noun, procedures]) =>
  Object.entries<Declared>(procedures)
    .filter(([, procedure]) => procedure['~orpc'].meta.irreversible)
    .map(([name]) => ({ noun, name })),
)

interface Asked {
  readonly connectionId: string
  readonly key: Bytes
  readonly confirmation?: Bytes
}
type Called = (input: Asked) => Promise<unknown>
/** Without what else it takes: the guard asks first. */
function ask(noun: string, name: string, input: Asked): Promise<unknown> {
  return (kit.api as unknown as Record<string, Record<string, Called>>)[noun]![name]!(input)
}
/** Trims for real. */
async function trim(planId: string, order: Asked): Promise<Job> {
  return kit.finished(await kit.api.trim.run({ ...order, planId, backup: false }))
}

interface Name {
  readonly key: Bytes
  readonly almost: readonly Bytes[]
}
const names: readonly Name[] = [
  {
    key: 'orders',
    almost: ['', 'order', 'orders ', ' orders', 'Orders', 'orders\n', 'orderѕ', '"orders"', { base64: 'b3JkZXI=' }],
  },
  // Two characters, or one that looks the same.
  { key: 'cafe\u0301', almost: ['caf\u00e9', 'cafe', 'cafe\u0301\u200b'] },
  { key: '', almost: [' ', '""', { base64: 'AA==' }] },
  {
    key: { base64: '//4A' },
    almost: [
      '//4A',
      '\\xff\\xfe\\x00',
      '\u00ff\u00fe\u0000',
      '\ufffd\ufffd\u0000',
      { base64: '//4=' },
      { base64: '//4B' },
    ],
  },
]

const code = (thrown: unknown): unknown => (thrown as { code?: unknown }).code

test('there is something irreversible', () => {
  expect(irreversible).toContainEqual({ noun: 'trim', name: 'run' })
})

describe.each(irreversible)('$noun.$name on a production connection', ({ noun, name }) => {
  test.each(names)('asks for the name of $key, byte for byte, and sends nothing before', async ({ key, almost }) => {
    const connectionId = await kit.connect({ environment: 'prod', name: 'Live orders' })
    const before = { sent: await kit.writesSent(), journal: await kit.api.journal.list({ count: 10 }) }
    const host = `${kit.redis.host}:${kit.redis.port}`
    const needed = { code: 'CONFIRMATION_NEEDED', data: { connection: 'Live orders', host, expected: key } }
    await expect(ask(noun, name, { connectionId, key })).rejects.toMatchObject(needed)
    for (const confirmation of almost) {
      const asked = ask(noun, name, { connectionId, key, confirmation })
      await expect(asked, JSON.stringify(confirmation)).rejects.toMatchObject(needed)
    }
    // With the right one the guard is content, and the rest of the input is looked at.
    const thrown = await ask(noun, name, { connectionId, key, confirmation: key }).catch(code)
    expect(thrown).toBe('BAD_INPUT')
    expect({ sent: await kit.writesSent(), journal: await kit.api.journal.list({ count: 10 }) }).toEqual(before)
  })

  test('is refused as read-only before it asks', async () => {
    const connectionId = await kit.connect({ environment: 'prod', readOnly: true })
    await expect(ask(noun, name, { connectionId, key: 'orders' })).rejects.toMatchObject({ code: 'READ_ONLY' })
  })

  test.each(['dev', 'test'] as const)('asks for nothing on a %s connection', async (environment) => {
    const connectionId = await kit.connect({ environment })
    expect(await ask(noun, name, { connectionId, key: 'orders' }).catch(code)).toBe('BAD_INPUT')
  })
})

describe('a trim in production', () => {
  test.each(names)(
    'of $key is refused without its name, and runs by the same plan with it',
    async ({ key, almost }) => {
      await seedStream(kit.direct, toBuffer(key))
      const connectionId = await kit.connect({ environment: 'prod' })
      const { id } = await planTrim(kit.api, connectionId, key)
      for (const confirmation of almost) {
        const refused = trim(id, { connectionId, key, confirmation })
        await expect(refused).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' })
      }
      const job = await trim(id, { connectionId, key, confirmation: key })
      expect(job).toMatchObject({ state: 'done', counts: { changed: 1 } })
      expect(await kit.direct.xlen(toBuffer(key))).toBe(9)
    },
  )

  test('takes the same bytes written down in another way', async () => {
    await seedStream(kit.direct, 'orders')
    const connectionId = await kit.connect({ environment: 'prod' })
    const { id } = await planTrim(kit.api, connectionId, 'orders')
    const confirmation = { base64: Buffer.from('orders').toString('base64') }
    expect(await trim(id, { connectionId, key: 'orders', confirmation })).toMatchObject({ state: 'done' })
  })

  test('is not fooled by the name of another stream than that of the plan', async () => {
    await seedStream(kit.direct, 'orders')
    const connectionId = await kit.connect({ environment: 'prod' })
    const { id } = await planTrim(kit.api, connectionId, 'orders')
    const other = trim(id, { connectionId, key: 'other', confirmation: 'other' })
    await expect(other).rejects.toMatchObject({ code: 'STALE_PLAN' })
    expect(await kit.direct.xlen('orders')).toBe(10)
  })
})

test('what can be taken back, or only adds, asks for no confirmation in production', async () => {
  const connectionId = await kit.connect({ environment: 'prod' })
  const fields: [string, string][] = [['a', 'b']]
  await kit.api.entry.add({ connectionId, key: 'orders', id: '*', fields, create: true })
  await kit.api.group.create({ connectionId, key: 'orders', group: 'billing', start: '0-0', mkstream: false })
  expect(await kit.direct.xlen('orders')).toBe(1)
})
