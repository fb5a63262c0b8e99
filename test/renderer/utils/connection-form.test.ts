import { describe, expect, it } from 'vitest'
import { connectionProfile } from '../../../shared/model/connection'
import { fieldOf } from '../../../renderer/utils/connection-faults'
import { checkForm, fillForm, formOf, profileOf } from '../../../renderer/utils/connection-form'
import { connection } from '../helpers/mount-view'

describe('the connection form', () => {
  it('gives back the profile it was filled with', () => {
    const tls = { ca: '-----BEGIN CERTIFICATE-----', cert: '', serverName: 'redis', verify: false }
    const profiles = [
      connection({ tls, username: 'ops', db: 3, environment: 'prod', readOnly: true }),
      connection({ endpoint: { kind: 'unix', path: '/run/redis.sock' } }),
      connection({
        endpoint: {
          kind: 'cluster',
          nodes: [
            { host: 'a', port: 1 },
            { host: '::1', port: 2 },
          ],
        },
        tls,
      }),
      connection({ masked: ['customer.email', 'token'] }),
      connection({ masked: [] }),
    ]
    for (const profile of profiles) {
      const form = fillForm(formOf(null), profile)
      expect(checkForm(form)).toEqual({})
      const rest = { folder: '', notes: '', addressMap: [] }
      expect(profileOf(form)).toEqual({ ...rest, ...connectionProfile.parse(profile) })
    }
  })

  it('says field by field what must be put right', () => {
    const blank = { ...formOf(null), host: ' ', port: null, db: null }
    expect(Object.keys(checkForm(blank)).sort()).toEqual(['db', 'host', 'name', 'port'])
    expect(checkForm({ ...formOf(null), name: 'x', host: 'redis://h' }).host).toContain('URL')
    expect(checkForm({ ...formOf(null), name: 'x', kind: 'unix', path: 'run/x' })).toHaveProperty('path')
    expect(checkForm({ ...formOf(null), name: 'x', kind: 'cluster', nodes: 'a:1, b' })).toHaveProperty('nodes')
    expect(checkForm({ ...formOf(null), name: 'x', kind: 'cluster', nodes: 'a:1', db: null })).toEqual({})
    expect(checkForm({ ...formOf(null), name: 'x', tls: true, ca: 'hello' }).ca).toContain('PEM')
    const unsaid = { ...formOf(null), name: 'x' }
    for (const masked of [' , ', 'x'.repeat(81), [...Array(101).keys()].map((n) => `n${n}`).join('\n')])
      expect(Object.keys(checkForm({ ...unsaid, masked }))).toEqual(['masked'])
    expect(checkForm({ ...unsaid, masked: '', isMasking: false })).toEqual({})
    expect(checkForm({ ...unsaid, masked: 'token\npin, token' })).toEqual({})
  })

  it.each([
    ['profile.endpoint.host', 'host'],
    ['profile.endpoint.port', 'port'],
    ['profile.endpoint.path', 'path'],
    ['profile.endpoint.nodes', 'nodes'],
    ['profile.endpoint.nodes.0.port', 'nodes'],
    ['profile.tls.ca', 'ca'],
    ['profile.tls.serverName', 'serverName'],
    ['profile.name', 'name'],
    ['profile.username', 'username'],
    ['profile.masked.3', 'masked'],
    ['password', 'password'],
    ['nowhere', null],
  ])('finds the field that the host calls %s', (named, field) => expect(fieldOf(named)).toBe(field))
})
