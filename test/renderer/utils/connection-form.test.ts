import { describe, expect, it } from 'vitest'
import { connectionProfile } from '../../../shared/model/connection'
import { checkForm, fieldOf, fillForm, formOf, profileOf } from '../../../renderer/utils/connection-form'
import { connection } from '../helpers/mount-view'

describe('the connection form', () => {
  it('gives back the profile it was filled with', () => {
    const tls = { ca: '-----BEGIN CERTIFICATE-----', serverName: 'redis', verify: false }
    const profiles = [
      connection({ tls, username: 'ops', db: 3, environment: 'prod', readOnly: true }),
      connection({ endpoint: { kind: 'unix', path: '/run/redis.sock' } }),
    ]
    for (const profile of profiles) {
      const form = fillForm(formOf(null), profile)
      expect(checkForm(form)).toEqual({})
      expect(profileOf(form)).toEqual(connectionProfile.parse(profile))
    }
  })

  it('says field by field what must be put right', () => {
    const blank = { ...formOf(null), host: ' ', port: null, db: null }
    expect(Object.keys(checkForm(blank)).sort()).toEqual(['db', 'host', 'name', 'port'])
    expect(checkForm({ ...formOf(null), name: 'x', host: 'redis://h' }).host).toContain('URL')
    expect(checkForm({ ...formOf(null), name: 'x', kind: 'unix', path: 'run/x' })).toHaveProperty('path')
    expect(checkForm({ ...formOf(null), name: 'x', tls: true, ca: 'hello' }).ca).toContain('PEM')
  })

  it.each([
    ['profile.endpoint.host', 'host'],
    ['profile.endpoint.port', 'port'],
    ['profile.endpoint.path', 'path'],
    ['profile.tls.ca', 'ca'],
    ['profile.tls.serverName', 'serverName'],
    ['profile.name', 'name'],
    ['profile.username', 'username'],
    ['password', 'password'],
    ['nowhere', null],
  ])('finds the field that the host calls %s', (named, field) => expect(fieldOf(named)).toBe(field))
})
