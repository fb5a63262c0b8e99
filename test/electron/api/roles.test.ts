import { readdirSync } from 'node:fs'
import { createRouterClient } from '@orpc/server'
import { describe, expect, test } from 'vitest'
import { contract } from '../../../shared/contract'
import type { ProcedureMeta } from '../../../shared/contract/base'
import { mayAct, roles, type Role } from '../../../shared/roles'
import { CALLERS } from '../../helpers/callers'
import { NEEDS } from '../../helpers/procedure-needs'
import type { ProcedurePath } from '../../helpers/procedure-path'
import { useBackend } from './backend-kit'

const kit = useBackend()

interface Declared {
  readonly '~orpc': { readonly meta: ProcedureMeta }
}
type Called = (input?: object, options?: { signal: AbortSignal }) => Promise<unknown>

/** Calls it with an input that fits nothing: who asks is looked at before what for. */
async function call(path: string, caller: unknown, input: object = {}): Promise<unknown> {
  const client = createRouterClient(kit.backend.router, { context: { caller } as never })
  const [noun = '', name = ''] = path.split('.')
  const leave = new AbortController()
  try {
    const called = (client as unknown as Record<string, Record<string, Called>>)[noun]![name]!
    const result = await called(input, { signal: leave.signal })
    if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) leave.abort()
    return null
  } catch (error) {
    return error
  }
}
const forbidden = (role: Role, needs: Role) => ({ code: 'FORBIDDEN', defined: true, data: { role, needs } })
const files = () => readdirSync(kit.dataDir, { recursive: true })
const paths = Object.keys(NEEDS) as ProcedurePath[]

describe.each(roles)('%s', (role) => {
  test.each(paths)('%s', async (path) => {
    const needs = NEEDS[path]
    const before = { sent: await kit.writesSent(), files: files(), logged: kit.logged() }
    const outcome = await call(path, CALLERS[role])
    if (mayAct(role, needs)) return expect(outcome).not.toMatchObject({ code: 'FORBIDDEN' })
    expect(outcome).toMatchObject(forbidden(role, needs))
    expect({ sent: await kit.writesSent(), files: files(), logged: kit.logged() }).toEqual(before)
  })
})

test('whoever may not is told the same, whatever the input is', async () => {
  for (const input of [undefined, null, 'text', 5, [], { connectionId: 5 }, { connectionId: 'c', key: 'k' }]) {
    expect(await call('trim.run', CALLERS.viewer, input as never)).toMatchObject(forbidden('viewer', 'operator'))
  }
})

test('whatever may change Redis takes an operator at least', () => {
  for (const [noun, procedures] of Object.entries(contract)) {
    for (const [name, procedure] of Object.entries<Declared>(procedures)) {
      const { role, mutates } = procedure['~orpc'].meta
      if (mutates) expect([`${noun}.${name}`, mayAct(role, 'operator')]).toEqual([`${noun}.${name}`, true])
    }
  }
})

test('a call that comes with nobody, or with somebody of no known role, gets nothing', async () => {
  for (const caller of [undefined, null, {}, { role: 'root' }, { role: 'constructor' }]) {
    for (const path of paths) expect([path, await call(path, caller)]).not.toEqual([path, null])
  }
})

describe('a password for a connection', () => {
  test.each(['viewer', 'operator'] as const)('is kept of no %s', async (role) => {
    const connectionId = await kit.connect()
    await kit.api.connection.close({ connectionId })
    for (const password of ['s3cret', '', null, 5]) {
      const outcome = await call('connection.open', CALLERS[role], { connectionId, password })
      expect(outcome).toMatchObject(forbidden(role, 'admin'))
    }
    expect(await call('connection.open', CALLERS[role], { connectionId })).toBeNull()
  })
})

test('an operator puts right what a viewer may only look at, and the journal says who it was', async () => {
  const connectionId = await kit.connect()
  const add = { connectionId, key: 'orders', id: '*', fields: [['a', '1']], create: true }
  expect(await call('entry.add', CALLERS.viewer, add)).toMatchObject({ code: 'FORBIDDEN' })
  expect(await call('entry.add', CALLERS.operator, add)).toBeNull()
  expect(await kit.direct.xlen('orders')).toBe(1)
  const { records } = await kit.api.journal.list({ count: 10 })
  expect(records.map(({ action, who }) => [action, who])).toEqual([['add entry', CALLERS.operator.who]])
})
