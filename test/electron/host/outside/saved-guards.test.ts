import { describe, expect, it } from 'vitest'
import { withSavedGuards } from '../../../../electron/host/outside/saved-guards'
import type { Connection, ConnectionProfile } from '../../../../shared/model/connection'

const GIVEN: ConnectionProfile = {
  ...{ name: 'given', color: 'slate', environment: 'dev', readOnly: false, username: '', db: 0, tls: null, ssh: null },
  endpoint: { kind: 'tcp', host: 'redis.example', port: 6379 },
}

function saved(changes: Partial<Connection>): Connection {
  return { ...GIVEN, id: 'a', secrets: [], givenBy: null, ...changes }
}

describe('a connection that is given from outside', () => {
  it('has what a saved one to the same server has, whatever that one is called', () => {
    expect(withSavedGuards(GIVEN, [saved({ name: 'x', environment: 'prod', readOnly: true })])).toEqual({
      ...GIVEN,
      environment: 'prod',
      readOnly: true,
    })
  })

  it('of several has the strictest of each', () => {
    const all = [saved({ environment: 'prod' }), saved({ id: 'b', readOnly: true })]
    expect(withSavedGuards(GIVEN, all)).toMatchObject({ environment: 'prod', readOnly: true })
  })

  it('of another database is production as well, and not read-only', () => {
    const all = [saved({ db: 3, environment: 'prod', readOnly: true })]
    expect(withSavedGuards(GIVEN, all)).toMatchObject({ environment: 'prod', readOnly: false })
  })

  it.each([
    ['another server', { endpoint: { ...GIVEN.endpoint, port: 6380 } as Connection['endpoint'] }],
    [
      'the same address at the end of another way',
      { ssh: { host: 'h', port: 22, username: 'u', auth: 'agent', jump: null } as const },
    ],
    ['one that is given as well', { givenBy: 'SLUICE_CONNECTIONS' as const }],
  ])('of %s has nothing', (_of, changes) => {
    expect(withSavedGuards(GIVEN, [saved({ environment: 'prod', readOnly: true, ...changes })])).toEqual(GIVEN)
  })

  it('keeps its own guards', () => {
    const strict = { ...GIVEN, environment: 'prod', readOnly: true } as const
    expect(withSavedGuards(strict, [saved({})])).toEqual(strict)
  })
})
