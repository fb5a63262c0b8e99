import { describe, expect, it } from 'vitest'
import { withGuardsOf } from '../../../../electron/host/outside/known-guards'
import type { ConnectionProfile } from '../../../../shared/model/connection'

const GIVEN: ConnectionProfile = {
  ...{ name: 'given', color: 'slate', environment: 'dev', readOnly: false, username: '', db: 0, tls: null, ssh: null },
  endpoint: { kind: 'tcp', host: 'redis.example', port: 6379 },
}

function saved(changes: Partial<ConnectionProfile>): ConnectionProfile {
  return { ...GIVEN, ...changes }
}

describe('a connection that is given from outside', () => {
  it('has what a saved one to the same server has, whatever that one is called', () => {
    expect(withGuardsOf([saved({ name: 'x', environment: 'prod', readOnly: true })], GIVEN)).toEqual({
      ...GIVEN,
      environment: 'prod',
      readOnly: true,
    })
  })

  it('of several has the strictest of each', () => {
    const all = [saved({ environment: 'prod' }), saved({ readOnly: true })]
    expect(withGuardsOf(all, GIVEN)).toMatchObject({ environment: 'prod', readOnly: true })
  })

  it('of another database is production as well, and not read-only', () => {
    const all = [saved({ db: 3, environment: 'prod', readOnly: true })]
    expect(withGuardsOf(all, GIVEN)).toMatchObject({ environment: 'prod', readOnly: false })
  })

  it.each([
    ['another server', { endpoint: { ...GIVEN.endpoint, port: 6380 } as ConnectionProfile['endpoint'] }],
    [
      'the same address at the end of another way',
      { ssh: { host: 'h', port: 22, username: 'u', auth: 'agent', jump: null } as const },
    ],
  ])('of %s has nothing', (_of, changes) => {
    expect(withGuardsOf([saved({ environment: 'prod', readOnly: true, ...changes })], GIVEN)).toEqual(GIVEN)
  })

  it('keeps its own guards', () => {
    const strict = { ...GIVEN, environment: 'prod', readOnly: true } as const
    expect(withGuardsOf([saved({})], strict)).toEqual(strict)
  })
})
