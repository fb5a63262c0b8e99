import { describe, expect, it } from 'vitest'
import { serversTold, secretsElsewhere } from '../../../shared/judgement/secret-destination'
import { secretPurpose, type ConnectionProfile, type SecretPurpose } from '../../../shared/model/connection'

const hop = { host: 'bastion', port: 22, username: 'ada', auth: 'password' } as const
const tls = { ca: 'CA', cert: 'CERT', serverName: 'db', verify: true }
const base: ConnectionProfile = {
  ...{ name: 'a', color: 'blue', environment: 'dev', readOnly: false, username: 'app', db: 0 },
  endpoint: { kind: 'tcp', host: 'db', port: 6379 },
  tls,
  ssh: { ...hop, jump: { ...hop, host: 'outer' } },
}
const sentinel: ConnectionProfile = {
  ...base,
  endpoint: {
    ...{ kind: 'sentinel', nodes: [{ host: 's1', port: 26379 }], primary: 'main', username: '' },
    tls: { ca: 'CA', serverName: '', verify: true },
  },
}
const SERVER: readonly SecretPurpose[] = ['password', 'tls-key', 'tls-passphrase']
const SSH: readonly SecretPurpose[] = ['ssh-password', 'ssh-key', 'ssh-passphrase']
const JUMP: readonly SecretPurpose[] = ['jump-password', 'jump-key', 'jump-passphrase']
const inOrder = (purposes: readonly SecretPurpose[]) => secretPurpose.options.filter((each) => purposes.includes(each))

describe('a secret goes elsewhere', () => {
  it.each<[string, Partial<ConnectionProfile>, readonly SecretPurpose[]]>([
    ['by another host', { endpoint: { kind: 'tcp', host: 'evil', port: 6379 } }, SERVER],
    ['by another port', { endpoint: { kind: 'tcp', host: 'db', port: 6380 } }, SERVER],
    ['by a socket', { endpoint: { kind: 'unix', path: '/tmp/evil' } }, SERVER],
    [
      'by one more node',
      { endpoint: { kind: 'cluster', nodes: ['db', 'evil'].map((host) => ({ host, port: 6379 })) } },
      SERVER,
    ],
    ['by sentinels who name it', { endpoint: { ...sentinel.endpoint } }, [...SERVER, 'sentinel-password']],
    ['without TLS', { tls: null }, ['password']],
    [
      'by an address map',
      {
        endpoint: { kind: 'cluster', nodes: [{ host: 'db', port: 6379 }] },
        addressMap: [{ from: { host: 'a', port: 1 }, to: { host: 'evil', port: 1 } }],
      },
      SERVER,
    ],
    ['to whoever answers', { tls: { ...tls, verify: false } }, SERVER],
    ['to what another authority vouches for', { tls: { ...tls, ca: 'EVIL' } }, SERVER],
    ['to a certificate of another name', { tls: { ...tls, serverName: 'evil' } }, SERVER],
    ['where names are looked up here', { ssh: null }, SERVER],
    [
      'where names are looked up elsewhere',
      { ssh: { ...hop, host: 'evil', jump: base.ssh?.jump ?? null } },
      [...SERVER, ...SSH],
    ],
    ['by another jump host', { ssh: { ...hop, jump: { ...hop, host: 'evil' } } }, [...SERVER, ...SSH, ...JUMP]],
    [
      'by a jump host on another port',
      { ssh: { ...hop, jump: { ...hop, host: 'outer', port: 2022 } } },
      [...SERVER, ...SSH, ...JUMP],
    ],
    ['without the jump host', { ssh: { ...hop, jump: null } }, [...SERVER, ...SSH]],
  ])('%s', (_what, change, expected) => {
    expect(secretsElsewhere(base, { ...base, ...change })).toEqual(inOrder(expected))
  })

  it.each<[string, Partial<typeof sentinel.endpoint>, readonly SecretPurpose[]]>([
    ['by another sentinel', { nodes: [{ host: 'evil', port: 26379 }] }, [...SERVER, 'sentinel-password']],
    ['by another name of the primary', { primary: 'other' }, SERVER],
    [
      'where the sentinels are not checked',
      { tls: { ca: 'CA', serverName: '', verify: false } },
      [...SERVER, 'sentinel-password'],
    ],
    ['where the sentinels speak plainly', { tls: null }, [...SERVER, 'sentinel-password']],
  ])('behind sentinels: %s', (_what, change, expected) => {
    const endpoint = { ...sentinel.endpoint, ...change } as ConnectionProfile['endpoint']
    expect(secretsElsewhere(sentinel, { ...sentinel, endpoint })).toEqual(inOrder(expected))
  })
})

describe('a secret stays', () => {
  it.each<[string, ConnectionProfile, Partial<ConnectionProfile>]>([
    [
      'by another name, colour, user and database',
      base,
      { name: 'b', color: 'red', username: 'x', db: 3, readOnly: true },
    ],
    ['where the host is written otherwise', base, { endpoint: { kind: 'tcp', host: 'DB', port: 6379 } }],
    ['as a node of the cluster it is of', base, { endpoint: { kind: 'cluster', nodes: [{ host: 'db', port: 6379 }] } }],
    ['where TLS is begun', { ...base, tls: null }, { tls: { ...tls, cert: '' } }],
    ['where the certificate is checked from now on', { ...base, tls: { ...tls, verify: false } }, { tls }],
    [
      'by another user of the same SSH server',
      base,
      { ssh: { ...hop, username: 'bob', auth: 'key', jump: { ...hop, host: 'outer' } } },
    ],
  ])('%s', (_what, before, change) => {
    const left: readonly SecretPurpose[] = before.tls === null ? ['tls-key', 'tls-passphrase'] : []
    expect(secretsElsewhere(before, { ...before, ...change })).toEqual(left)
  })

  it('at the primary that the replica itself named', () => {
    const to = { ...base, endpoint: { kind: 'tcp', host: 'primary', port: 7000 } as const }
    const told = serversTold({
      server: { betterWay: { kind: 'primary', host: 'PRIMARY', port: 7000 } } as never,
      nodes: [],
    })
    expect(secretsElsewhere(base, to)).toEqual(SERVER)
    expect(secretsElsewhere(base, to, told)).toEqual([])
  })
})
