// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import ConnectionForm from '../../../../renderer/components/connection/ConnectionForm.vue'
import { fakeApi } from '../../helpers/fake-api'
import type { Endpoint, ServerInfo } from '../../../../shared/model/connection'
import { button, connection, mountOn, serverInfo } from '../../helpers/mount-view'
import { events } from '../../helpers/fake-api'
import { message, verbatim } from '../../../../shared/words/messages'
import { fails, finds } from '../../helpers/trials'

function field(label: string): HTMLInputElement {
  const found = [...document.querySelectorAll('label')].find((one) => one.textContent.trim() === label)
  const control = document.getElementById(found?.htmlFor ?? '')
  if (!(control instanceof HTMLInputElement)) throw new Error(`no field ${label}`)
  return control
}

async function type(label: string, text: string): Promise<void> {
  const control = field(label)
  control.value = text
  control.dispatchEvent(new Event('input'))
  await flushPromises()
}

async function click(name: string): Promise<void> {
  button(name).click()
  await flushPromises()
}

const refused = new ORPCError('UNREACHABLE', {
  defined: true,
  data: { reason: 'refused', endpoint: 'db:1', detail: null },
})

enableAutoUnmount(afterEach)

describe('the connection form', () => {
  it('asks for what is missing before it sends anything', async () => {
    const calls = fakeApi({})
    await mountOn(ConnectionForm, { subject: { kind: 'new' } })
    await type('Host', '')
    await click('Save')
    expect(document.body.textContent).toContain('Give it a name')
    expect(document.body.textContent).toContain('A host name or address is needed')
    expect(calls.filter(({ name }) => name.startsWith('connection'))).toEqual([])
  })

  it('tests what is typed, without saving it', async () => {
    const calls = fakeApi({ connection: { testSteps: () => finds(serverInfo(), 0.42) } })
    await mountOn(ConnectionForm, { subject: { kind: 'new' } })
    await type('Name', 'Orders')
    await type('Password', 'secret')
    await click('Test')
    expect(document.body.textContent).toContain('It works')
    expect(document.body.textContent).toContain('Redis 7.0.15')
    const test = calls.filter(({ name }) => name.startsWith('connection'))
    expect(test).toMatchObject([
      { name: 'connection.testSteps', input: { secrets: { password: 'secret' }, profile: { name: 'Orders' } } },
    ])
  })

  it('says that a round trip is not known, where nothing could measure it', async () => {
    fakeApi({ connection: { testSteps: () => finds(serverInfo(), null) } })
    await mountOn(ConnectionForm, { subject: { kind: 'new' } })
    await type('Name', 'Orders')
    await click('Test')
    expect(document.body.textContent).toContain('round trip unknown')
    expect(document.querySelector('.test-result')?.textContent).not.toMatch(/\d ms/)
  })

  it('asks for the nodes of a cluster, and for no database', async () => {
    const calls = fakeApi({ connection: { testSteps: () => finds(serverInfo({ mode: 'cluster' })) } })
    const nodes = [{ host: 'a', port: 1 }]
    await mountOn(ConnectionForm, {
      subject: { kind: 'edit', connection: connection({ endpoint: { kind: 'cluster', nodes } }) },
    })
    expect(() => field('Database')).toThrow('no field')
    await type('Nodes', 'a:1 and b')
    await click('Test')
    expect(document.body.textContent).toContain('Host and port of each')
    await type('Nodes', 'a:1, [::1]:7000')
    await click('Test')
    expect(document.body.textContent).toContain('cluster')
    expect(calls.filter(({ name }) => name === 'connection.testSteps')).toMatchObject([
      { input: { profile: { db: 0, endpoint: { kind: 'cluster', nodes: [...nodes, { host: '::1', port: 7_000 }] } } } },
    ])
  })

  it('says in words why a test failed', async () => {
    fakeApi({ connection: { testSteps: () => fails(refused) } })
    await mountOn(ConnectionForm, { subject: { kind: 'new' } })
    await type('Name', 'Orders')
    await click('Test')
    expect(document.body.textContent).toContain('Nothing listens at db:1')
  })

  it('puts what the host refuses beside its field', async () => {
    const data = { field: 'profile.endpoint.host', problem: verbatim('x'), remedy: verbatim('Leave out the brackets') }
    const bad = new ORPCError('BAD_INPUT', { defined: true, data })
    fakeApi({ connection: { save: () => Promise.reject(bad) } })
    await mountOn(ConnectionForm, { subject: { kind: 'new' } })
    await type('Name', 'Orders')
    await click('Save')
    expect(field('Host').getAttribute('aria-invalid')).toBe('true')
    expect(document.body.textContent).toContain('Leave out the brackets')
  })

  it('keeps the known password unless another is typed', async () => {
    const subject = connection({ secrets: ['password'] })
    const calls = fakeApi({
      connection: {
        save: () => subject,
        list: () => [subject],
        watch: (_input, options) => events([], options?.signal),
      },
    })
    await mountOn(ConnectionForm, { subject: { kind: 'edit', connection: subject } })
    await click('Save')
    expect(calls.find(({ name }) => name === 'connection.save')?.input).not.toHaveProperty('secrets.password')
    await type('Password', 'x')
    await type('Password', '')
    await click('Save')
    expect(calls.findLast(({ name }) => name === 'connection.save')?.input).toHaveProperty('secrets.password', null)
  })

  it('keeps the sentinels’ own login apart from the server’s', async () => {
    const endpoint: Endpoint = {
      ...{ kind: 'sentinel', primary: 'mymaster', username: 'watcher', tls: null },
      nodes: [{ host: 'a', port: 26379 }],
    }
    const subject = connection({ secrets: ['sentinel-password'], endpoint, username: 'ops' })
    const calls = fakeApi({
      connection: {
        save: () => subject,
        list: () => [subject],
        watch: (_input, options) => events([], options?.signal),
      },
    })
    const sent = () => calls.findLast(({ name }) => name === 'connection.save')?.input
    await mountOn(ConnectionForm, { subject: { kind: 'edit', connection: subject } })
    expect(field('Name of the primary').value).toBe('mymaster')
    await click('Save')
    expect(sent()).toMatchObject({ profile: { endpoint, username: 'ops' }, secrets: {} })
    await type('Password at the sentinels', 'x')
    await type('Name of the primary', 'other')
    await click('Save')
    expect(sent()).toMatchObject({
      profile: { endpoint: { ...endpoint, primary: 'other' } },
      secrets: { 'sentinel-password': 'x' },
    })
    expect(sent()).not.toHaveProperty('secrets.password')
    await type('Name of the primary', ' ')
    await type('Sentinels', 'a')
    await click('Save')
    expect(field('Name of the primary').getAttribute('aria-invalid')).toBe('true')
    expect(field('Sentinels').getAttribute('aria-invalid')).toBe('true')
  })

  it('asks for the key where there is a client certificate, and never shows a known one', async () => {
    const cert = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----'
    const tls = { ca: '', cert: '', serverName: '', verify: true }
    const subject = connection({ secrets: ['tls-key'], tls })
    const calls = fakeApi({
      connection: {
        save: () => subject,
        list: () => [subject],
        watch: (_input, options) => events([], options?.signal),
      },
    })
    const sent = () => calls.findLast(({ name }) => name === 'connection.save')?.input
    await mountOn(ConnectionForm, { subject: { kind: 'edit', connection: subject } })
    const write = async (label: string, text: string): Promise<void> => {
      const found = [...document.querySelectorAll('label')].find((one) => one.textContent.trim() === label)
      const control = document.getElementById(found?.htmlFor ?? '') as HTMLTextAreaElement
      control.value = text
      control.dispatchEvent(new Event('input', { bubbles: true }))
      await flushPromises()
    }
    expect(document.body.textContent).not.toContain('Key of the client certificate')
    await write('Client certificate (PEM)', cert)
    expect(document.body.textContent).toContain('It is known. Leave it empty to keep it.')
    await click('Save')
    expect(sent()).toMatchObject({ profile: { tls: { ...tls, cert } }, secrets: {} })
    await write('Key of the client certificate (PEM)', 'no key')
    await click('Save')
    expect(document.body.textContent).toContain('A private key in PEM is wanted')
    await write('Key of the client certificate (PEM)', '-----BEGIN EC PRIVATE KEY-----')
    await type('Passphrase of the key', 'x')
    await click('Save')
    expect(sent()).toMatchObject({ secrets: { 'tls-key': '-----BEGIN EC PRIVATE KEY-----', 'tls-passphrase': 'x' } })
  })

  it('reads a URL, and leaves name, colour and environment as chosen', async () => {
    const profile = connection({ name: 'db', endpoint: { kind: 'tcp', host: 'db', port: 6380 }, username: 'ops' })
    fakeApi({ connection: { parseUrl: () => ({ profile, password: 'secret' }) } })
    await mountOn(ConnectionForm, {
      subject: { kind: 'edit', connection: connection({ environment: 'prod', color: 'red', name: 'Mine' }) },
    })
    await type('From a URL', 'rediss://ops:secret@db:6380')
    await click('Fill in')
    expect(field('Host').value).toBe('db')
    expect(field('Port').value).toBe('6380')
    expect(field('Password').value).toBe('secret')
    expect(field('Name').value).toBe('Mine')
    expect(field('From a URL').value).toBe('')
  })
})

describe('a better way than the server that was typed', () => {
  const tells = (server: Partial<ServerInfo>) => fakeApi({ connection: { testSteps: () => finds(serverInfo(server)) } })
  const test = async (): Promise<void> => {
    await mountOn(ConnectionForm, { subject: { kind: 'new' } })
    await type('Name', 'Orders')
    await type('Database', '3')
    await click('Test')
  }

  it('one node of a cluster: the whole of it is filled in, and tried by the next click', async () => {
    const calls = tells({ mode: 'cluster', betterWay: { kind: 'cluster', nodes: 6 } })
    await test()
    expect(document.body.textContent).toContain('one of 6 nodes of a cluster: only its own streams are shown')
    await click('Use the cluster')
    expect(field('Nodes').value).toBe('127.0.0.1:6379')
    await click('Test')
    const { input } = calls.filter(({ name }) => name === 'connection.testSteps').at(-1) ?? {}
    expect(input).toMatchObject({
      profile: { db: 0, endpoint: { kind: 'cluster', nodes: [{ host: '127.0.0.1', port: 6379 }] } },
    })
  })

  it('a sentinel: it is one of the sentinels, and the name of whom it watches is filled in', async () => {
    tells({ mode: 'sentinel', betterWay: { kind: 'sentinel', primaries: ['orders-db', 'other'] } })
    await test()
    expect(document.body.textContent).toContain('This is a sentinel: it has no streams. It watches orders-db, other.')
    await click('Use the sentinels')
    expect(field('Sentinels').value).toBe('127.0.0.1:6379')
    expect(field('Name of the primary').value).toBe('orders-db')
  })

  it('a replica: its primary', async () => {
    tells({ role: 'replica', betterWay: { kind: 'primary', host: '10.0.0.9', port: 7000 } })
    await test()
    await click('Use its primary')
    expect(field('Host').value).toBe('10.0.0.9')
    expect(field('Port').value).toBe('7000')
    expect(field('Database').value).toBe('3')
  })

  it('nothing is offered where there is none; what it lacks is said in words', async () => {
    const lacks = { available: false, reason: message('connection.no-capability', { name: 'xnack' }) }
    const info = serverInfo()
    tells({ capabilities: { ...info.capabilities, xnack: lacks } })
    await test()
    expect(document.body.textContent).toContain('xnack: This server has no XNACK.')
    expect(document.body.textContent).not.toContain('Use ')
  })
})

describe('a secret that was given for another server', () => {
  it.each([
    ['edit', { kind: 'edit', connection: connection({ secrets: ['password'] }) }],
    ['copy', { kind: 'copy', connection: connection({ secrets: ['password'] }) }],
  ])('is said to stay there, and is left out: %s', async (_kind, subject) => {
    const calls = fakeApi({ connection: { testSteps: () => finds(serverInfo()) } })
    await mountOn(ConnectionForm, { subject })
    expect(document.body.textContent).toContain('One is known. Leave it empty to keep it.')
    await type('Host', 'elsewhere')
    expect(document.body.textContent).not.toContain('One is known. Leave it empty to keep it.')
    expect(document.body.textContent).toContain('was given for another server')
    await click('Test')
    expect(calls.find(({ name }) => name === 'connection.testSteps')?.input).toMatchObject({
      secrets: { password: null },
    })
    await type('Password', 'again')
    await click('Test')
    expect(calls.findLast(({ name }) => name === 'connection.testSteps')?.input).toMatchObject({
      secrets: { password: 'again' },
    })
    await type('Host', 'localhost')
    await click('Test')
    expect(calls.findLast(({ name }) => name === 'connection.testSteps')?.input).toMatchObject({
      secrets: { password: 'again' },
    })
  })
})

describe('a new connection like another one', () => {
  it('has what the other has, its secrets too, and is saved beside it', async () => {
    const like = connection({ secrets: ['password'], username: 'ops', db: 2 })
    const endpoint = { kind: 'tcp', host: '10.0.0.9', port: 7000 } as const
    const calls = fakeApi({ connection: { save: () => like, list: () => [like], watch: () => events([]) } })
    const subject = { kind: 'copy', connection: like, name: 'Test (primary)', endpoint }
    // The replica itself named it.
    const betterWay = { kind: 'primary', host: endpoint.host, port: endpoint.port } as const
    await mountOn(ConnectionForm, { subject }, { server: { betterWay } })
    expect(document.body.textContent).toContain('One is known. Leave it empty to keep it.')
    await click('Save')
    const { input } = calls.find(({ name }) => name === 'connection.save') ?? {}
    expect(input).toMatchObject({
      secretsOf: 'c1',
      profile: { name: 'Test (primary)', endpoint, username: 'ops', db: 2 },
    })
    expect(input).not.toHaveProperty('id')
    expect(input).not.toHaveProperty('shown')
  })
})

describe('what can’t be reached', () => {
  const unreachable = (reason: string): ORPCError<string, unknown> =>
    new ORPCError('UNREACHABLE', { defined: true, data: { reason, endpoint: 'db:1', detail: null } })

  it.each([
    ['refused', 'Port'],
    ['not-found', 'Host'],
    ['timeout', 'Host'],
    ['not-redis', 'Port'],
    ['password-needed', 'Password'],
    ['password-wrong', 'Password'],
    ['no-database', 'Database'],
  ])('is not saved by Save and open: %s is put down to the %s', async (reason, label) => {
    const calls = fakeApi({ connection: { test: () => Promise.reject(unreachable(reason)) } })
    await mountOn(ConnectionForm, { subject: { kind: 'new' } })
    await type('Name', 'Orders')
    await click('Save and open')
    expect(field(label).getAttribute('aria-invalid')).toBe('true')
    expect(document.querySelectorAll('[aria-invalid=true]')).toHaveLength(1)
    expect(document.body.textContent).toContain('Nothing was saved')
    expect(calls.some(({ name }) => name === 'connection.save')).toBe(false)
    await type(label, 'other')
    expect(document.body.textContent).not.toContain('Nothing was saved')
  })

  it.each(['closed', 'tls', 'loading', 'other'])('has no field to blame when it is %s', async (reason) => {
    fakeApi({ connection: { testSteps: () => fails(unreachable(reason)) } })
    await mountOn(ConnectionForm, { subject: { kind: 'new' } })
    await type('Name', 'Orders')
    await click('Test')
    expect(document.querySelectorAll('[aria-invalid=true]')).toHaveLength(0)
    expect(document.querySelector('[role=alert]')).not.toBeNull()
  })
})
