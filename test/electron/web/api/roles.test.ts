import { readdirSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contract } from '../../../../shared/contract'
import type { ProcedureMeta } from '../../../../shared/contract/base'
import { mayAct, roles, type Role } from '../../../../shared/roles'
import { useBackend } from '../../api/backend-kit'
import { startApiHost, type ApiHost } from '../../../helpers/http-api'
import { NEEDS } from '../../../helpers/procedure-needs'
import type { ProcedurePath } from '../../../helpers/procedure-path'

const kit = useBackend()
let host: ApiHost
beforeEach(async () => {
  host = await startApiHost(kit.backend.router)
})
afterEach(() => host.stop())
const seen: Role[] = []
afterAll(() => expect(seen).toContain('viewer'))

const paths = Object.keys(NEEDS) as ProcedurePath[]
const files = () => readdirSync(kit.dataDir, { recursive: true })

/** What is answered to an input that fits nothing; a stream is hung up. */
async function answered(path: string, role: Role): Promise<{ status: number; body: unknown }> {
  const leave = new AbortController()
  const response = await host.call(path, {}, host.tokens[role], { signal: leave.signal })
  if (response.headers.get('content-type') === 'text/event-stream') {
    leave.abort()
    return { status: response.status, body: null }
  }
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}

describe.each(roles)('by a token of a %s', (role) => {
  test.each(paths)('%s', async (path) => {
    const needs = NEEDS[path]
    const before = { sent: await kit.writesSent(), files: files() }
    const { status, body } = await answered(path, role)
    seen.push(role)
    if (mayAct(role, needs)) return expect(body).not.toMatchObject({ code: 'FORBIDDEN' })
    expect([status, body]).toMatchObject([403, { code: 'FORBIDDEN', defined: true, data: { role, needs } }])
    expect({ sent: await kit.writesSent(), files: files() }).toEqual(before)
  })
})

test('each procedure that may change Redis is refused to a viewer, and none is to nobody', async () => {
  for (const [noun, procedures] of Object.entries(contract)) {
    for (const [name, it] of Object.entries<{ '~orpc': { meta: ProcedureMeta } }>(procedures)) {
      const path = `${noun}.${name}`
      expect([path, (await host.call(path, {}, null)).status]).toEqual([path, 401])
      if (it['~orpc'].meta.mutates)
        expect([path, (await host.call(path, {}, host.tokens.viewer)).status]).toEqual([path, 403])
    }
  }
})

test('a password for a connection is taken of an admin alone', async () => {
  const connectionId = await kit.connect()
  for (const role of ['viewer', 'operator'] as const) {
    const response = await host.call('connection.open', { connectionId, password: 's3cret' }, host.tokens[role])
    expect(response.status).toBe(403)
  }
})
