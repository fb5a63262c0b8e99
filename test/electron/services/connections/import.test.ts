import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  exportConnections,
  importConnections,
  planImport,
} from '../../../../electron/services/connections/import-export'
import type { ConnectionDraft } from '../../../../electron/services/connections/draft-secrets'
import { isAppError } from '../../../../shared/error'
import { connectionProfile, type Connection } from '../../../../shared/model/connection'
import { sentence } from '../../../../shared/words/messages'

const SECRET = 'hunter2'
const KEY = '-----BEGIN PRIVATE KEY-----'
const PEM = '-----BEGIN CERTIFICATE-----'

/** The list as far as an import knows of it. */
function store(...listed: readonly Connection[]) {
  const list = [...listed]
  const drafts: ConnectionDraft[] = []
  return {
    drafts,
    list: () => Promise.resolve(list),
    save(draft: ConnectionDraft) {
      drafts.push(draft)
      const saved: Connection = { ...draft.profile, id: `c${drafts.length}`, secrets: [], givenBy: null }
      list.push(saved)
      return Promise.resolve(saved)
    },
  }
}
const plan = (text: string) => planImport(text, store())
async function taken(text: string) {
  const kept = store()
  const entries = await planImport(text, kept)
  await importConnections(
    text,
    entries.map(({ at }) => at),
    kept,
  )
  return kept.drafts
}
const reasons = async (text: string) => (await plan(text)).map(({ reason }) => (reason ? sentence(reason) : null))
const tcp = (host: string, port: number) => ({ kind: 'tcp', host, port })

describe('a list of addresses', () => {
  test('is taken line by line; what can’t be says why, and not what it was', async () => {
    const text = `# mine\n\nredis://app:${SECRET}@a:1/2\r\n  b:7000\nhttp://u:${SECRET}@c\nredis+cluster://d:1,e:2\nredis-cli -h f -a x`
    const entries = await plan(text)
    expect(entries.map(({ name, state }) => [name, state])).toEqual([
      ['a:1', 'new'],
      ['b:7000', 'new'],
      ['', 'refused'],
      ['d:1, e:2', 'new'],
      ['f:6379', 'new'],
    ])
    expect(entries.map(({ secrets }) => secrets)).toEqual([['password'], [], [], [], ['password']])
    expect(JSON.stringify(entries)).not.toContain(SECRET)
    const [first] = await taken(text)
    expect(first).toMatchObject({
      profile: { endpoint: tcp('a', 1), username: 'app', db: 2 },
      secrets: { password: SECRET },
    })
  })
})

describe('an export of Redis Insight', () => {
  const server = { host: 'h', port: 6380, name: 'Orders', db: 3, username: 'app', password: SECRET, id: 'x' }
  const of = (...items: readonly object[]): string => JSON.stringify(items)

  test('of one server, over TLS with a client certificate', async () => {
    const tls = { tls: true, tlsServername: 'sni', verifyServerCert: true, caCert: { name: 'ca', certificate: PEM } }
    const clientCert = { name: 'me', certificate: PEM, key: KEY }
    const [draft] = await taken(
      of({ ...server, connectionType: 'STANDALONE', ...tls, clientCert, environment: 'production' }),
    )
    expect(draft).toMatchObject({
      profile: {
        ...{ name: 'Orders', endpoint: tcp('h', 6380), db: 3, username: 'app', environment: 'prod' },
        tls: { ca: PEM, cert: PEM, serverName: 'sni', verify: true },
      },
      secrets: { password: SECRET, 'tls-key': KEY },
    })
  })

  test('of a cluster and of sentinels, each with the login that is theirs', async () => {
    const sentinelMaster = { name: 'mymaster', username: 'db-user', password: 'db-password' }
    const [cluster, sentinel] = await taken(
      of({ ...server, connectionType: 'CLUSTER' }, { ...server, connectionType: 'SENTINEL', sentinelMaster, db: 1 }),
    )
    expect(cluster?.profile).toMatchObject({ endpoint: { kind: 'cluster', nodes: [{ host: 'h', port: 6380 }] }, db: 0 })
    expect(sentinel?.profile).toMatchObject({
      endpoint: { kind: 'sentinel', primary: 'mymaster', username: 'app', tls: null },
      ...{ username: 'db-user', db: 1 },
    })
    expect(sentinel?.secrets).toMatchObject({ password: 'db-password', 'sentinel-password': SECRET })
  })

  test('says what is not taken, and why', async () => {
    const [unchecked, ssh, port] = await plan(
      of(
        { ...server, connectionType: 'STANDALONE', tls: true, verifyServerCert: false },
        { ...server, connectionType: 'STANDALONE', ssh: true, sshOptions: { host: 's', password: SECRET } },
        { ...server, connectionType: 'STANDALONE', port: 'x' },
      ),
    )
    expect(unchecked).toMatchObject({ state: 'new', profile: { tls: { verify: true } } })
    expect(sentence(unchecked?.notes[0] ?? never())).toMatch(/not checked there/)
    // An SSH server without a user.
    expect(ssh).toMatchObject({ name: 'Orders', state: 'refused' })
    expect(sentence(ssh?.reason ?? never())).toMatch(/ssh\.username/)
    expect(port).toMatchObject({ state: 'refused' })
    expect(sentence(port?.reason ?? never())).toMatch(/port/)
  })
})

describe('an export of Another Redis Desktop Manager', () => {
  const ano = (...items: readonly object[]): string => Buffer.from(JSON.stringify(items)).toString('base64')
  const server = { host: 'h', port: '6380', auth: SECRET, username: 'app', name: 'Ordérs', separator: ':', key: 'k' }

  test('of a server, a cluster, sentinels and TLS', async () => {
    const [plain, cluster, sentinel, tls] = await taken(
      ano(
        { ...server, connectionReadOnly: true },
        { ...server, cluster: true, name: '' },
        { ...server, sentinelOptions: { masterName: 'mymaster', nodePassword: 'node' } },
        { ...server, port: 6381, sslOptions: { key: '/home/me/k.pem', cert: '', ca: '', servername: 'sni' } },
      ),
    )
    expect(plain).toMatchObject({ profile: { name: 'Ordérs', endpoint: tcp('h', 6380), readOnly: true } })
    expect(plain?.secrets).toMatchObject({ password: SECRET })
    expect(cluster?.profile).toMatchObject({ name: 'h:6380', endpoint: { kind: 'cluster' } })
    expect(sentinel?.secrets).toMatchObject({ password: 'node', 'sentinel-password': SECRET })
    expect(tls?.profile.tls).toEqual({ ca: '', cert: '', serverName: 'sni', verify: true })
  })

  test('says what is not taken, and reads none of the files that it names', async () => {
    const ssl = { ca: '/etc/shadow', key: '/etc/shadow', cert: '/etc/shadow' }
    const [tls, ssh] = await plan(ano({ ...server, sslOptions: ssl }, { ...server, sshOptions: { host: 's' } }))
    expect(sentence(ssh?.reason ?? never())).toMatch(/ssh\.username/)
    expect(tls?.notes.map(sentence)).toEqual([expect.stringMatching(/in files/), expect.stringMatching(/not checked/)])
    expect(JSON.stringify(tls)).not.toContain('root')
  })
})

describe('the way by SSH', () => {
  const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret-key\n-----END OPENSSH PRIVATE KEY-----'
  const insight = (sshOptions: object): string =>
    JSON.stringify([{ name: 'S', host: 'inside', port: 6379, connectionType: 'STANDALONE', ssh: true, sshOptions }])
  const ardm = (sshOptions: object): string =>
    Buffer.from(JSON.stringify([{ name: 'S', host: 'inside', port: 6379, auth: '', sshOptions }])).toString('base64')
  const at = { host: 'bastion', port: 2022, username: 'ada' }

  test.each([
    ['a password', insight({ ...at, password: SECRET }), 'password', { 'ssh-password': SECRET }, []],
    [
      'a key',
      insight({ ...at, privateKey: KEY, passphrase: 'p' }),
      'key',
      { 'ssh-key': KEY, 'ssh-passphrase': 'p' },
      [],
    ],
    ['exported without secrets', insight({ ...at, password: null }), 'password', {}, [/no SSH password/]],
    ['a key that is a path', insight({ ...at, privateKey: '/etc/shadow' }), 'key', {}, [/in a file/]],
    [
      'a password (another manager)',
      ardm({ ...at, port: '2022', password: SECRET, privatekey: '' }),
      'password',
      { 'ssh-password': SECRET },
      [],
    ],
    [
      'a file (another manager)',
      ardm({ ...at, privatekey: '/home/me/.ssh/id', passphrase: 'p', password: '' }),
      'key',
      { 'ssh-passphrase': 'p' },
      [/in a file/],
    ],
  ])('with %s', async (_what, text, auth, secrets, notes) => {
    const [item] = await plan(text)
    expect(item).toMatchObject({ state: 'new', profile: { ssh: { ...at, auth, jump: null } } })
    expect(item?.notes.map(sentence)).toEqual(notes.map((each) => expect.stringMatching(each) as unknown))
    expect(JSON.stringify(item)).not.toContain(SECRET)
    const [saved] = await taken(text)
    const kept = Object.fromEntries(Object.entries(saved?.secrets ?? {}).filter(([, secret]) => secret !== undefined))
    expect(kept).toEqual(secrets)
  })

  test.each([
    ['no host', insight({ ...at, host: '' })],
    ['no options', JSON.stringify([{ host: 'h', port: 1, connectionType: 'STANDALONE', ssh: true }])],
    ['a port that is none', insight({ ...at, port: 'x' })],
    ['no host (another manager)', ardm({ ...at, host: '' })],
    ['no user', ardm({ ...at, username: '' })],
    ['an address of the wrong kind', insight({ ...at, host: { a: 1 } })],
  ])('without what it needs is refused, never taken without it: %s', async (_what, text) => {
    expect((await plan(text))[0]).toMatchObject({ state: 'refused', reason: { code: 'input.field' } })
  })
})

describe('an export of Sluice', () => {
  test('is taken again as it was, without secrets, and without what was given from outside', async () => {
    const kept = store()
    const text =
      'redis://app:hunter2@a:1/2\nredis+cluster://d:1,e:2\nrediss-sentinel://:hunter2@a,b/m\nunix:/run/r.sock'
    const entries = await planImport(text, kept)
    expect(
      await importConnections(
        text,
        entries.map(({ at }) => at),
        kept,
      ),
    ).toBe(4)
    const profiles = kept.drafts.map(({ profile }) => connectionProfile.parse(profile))
    const given: Connection = { ...profiles[0]!, name: 'given', id: 'g', secrets: [], givenBy: 'REDIS_URL' }
    const exported = await exportConnections({ ...kept, list: async () => [...(await kept.list()), given] })
    expect(exported).not.toContain(SECRET)
    expect((await taken(exported)).map(({ profile }) => profile)).toEqual(profiles)
    expect((await planImport(exported, kept)).map(({ state }) => state)).toEqual(['known', 'known', 'known', 'known'])
  })

  test('of a hand takes secrets, but no file and no command that it names', async () => {
    const named = { passwordFile: '/etc/shadow', passwordCommand: ['cat', '/etc/shadow'], caFile: '/etc/shadow' }
    const text = JSON.stringify({
      connections: [
        { url: 'h:1', ...named },
        { url: 'h:2', password: SECRET },
      ],
    })
    const [first, second] = await taken(text)
    expect(first?.secrets?.password).toBeUndefined()
    expect(JSON.stringify(first)).not.toContain('root')
    expect(second?.secrets?.password).toBe(SECRET)
    expect((await plan(text))[0]?.notes.map(sentence)).toEqual([expect.stringMatching(/in files or by commands/)])
  })
})

test('only what is chosen is saved, and one that is there twice is saved once', async () => {
  const kept = store()
  const text = 'a:1\nb:1\na:1\nc:1'
  expect((await planImport(text, kept)).map(({ state }) => state)).toEqual(['new', 'new', 'known', 'new'])
  expect(await importConnections(text, [1, 3, 4, 99], kept)).toBe(2)
  expect(kept.drafts.map(({ profile }) => profile.name)).toEqual(['a:1', 'c:1'])
  expect(await importConnections(text, [1, 2, 3, 4], kept)).toBe(1)
})

describe('what is refused as a whole', () => {
  test.each([
    ['nothing', ' \n# only a comment', /no connection in it/],
    ['an empty list', '[]', /no connection in it/],
    ['what begins like JSON', `{"password": "${SECRET}"`, /is none/],
    ['too many lines', 'h:1\n'.repeat(1_001), /more than 1\s000/],
    ['too many items', JSON.stringify(Array.from({ length: 1_001 }, () => ({ url: 'h:1' }))), /more than 1\s000/],
  ])('%s', async (_what, text, words) => {
    const error: unknown = await plan(text).catch((each: unknown) => each)
    if (!isAppError(error, 'BAD_INPUT')) throw new Error('it was taken')
    expect(sentence(error.data.problem)).toMatch(words)
    expect(JSON.stringify(error.data)).not.toContain(SECRET)
  })

  test.each([['[1, null, "x", [], {}]'], ['{"a": 1}'], [`[{"host": {"toString": 1}, "connectionType": []}]`]])(
    'in parts: %s',
    async (text) => {
      for (const reason of await reasons(text)) expect(reason).toMatch(/\.$/)
    },
  )
})

test('whatever a file holds, it is taken, or refused in words: nothing crashes, and nothing becomes a prototype', async () => {
  const names = [
    'host',
    'port',
    'name',
    'auth',
    'connectionType',
    'sslOptions',
    'sentinelMaster',
    'endpoint',
    'url',
    'tls',
    '__proto__',
  ]
  const item = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true })
  const json = fc.array(item, { maxLength: 4 }).map((items) => JSON.stringify(items))
  const any = fc.oneof(
    json,
    json.map((text) => Buffer.from(text).toString('base64')),
    fc.string({ unit: 'binary' }),
  )
  await fc.assert(
    fc.asyncProperty(any, async (text) => {
      try {
        for (const { profile } of await plan(text))
          if (profile) expect(connectionProfile.parse(profile)).toEqual(profile)
      } catch (error) {
        if (!isAppError(error, 'BAD_INPUT')) throw error
      }
      expect(Object.keys(Object.prototype)).toEqual([])
    }),
  )
})

function never(): never {
  throw new Error('there is none')
}
