import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../../shared/error'
import { verbatim } from '../../../shared/words/messages'
import { prefixOf } from '../../../electron/redis/errors'
import { createSecretFilter, prefixSaid } from '../../../electron/redis/hide-secret'
import { info, hello } from '../../../electron/redis/server'
import { startFaultProxy, type Fault, type FaultProxy } from '../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const SECRET = 'p@ss:w/o#rd "41" ключ'
const answer = (reply: string): Fault => ({ kind: 'answer', reply })
const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
const everything = (thing: unknown): string =>
  `${inspect(thing, { depth: 9, showHidden: true })}${JSON.stringify(thing)}`

const clients = useSluiceClients()
let redis: TestRedis
let proxy: FaultProxy
beforeEach(async () => {
  redis = await startRedis({ password: SECRET })
  proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
})
afterEach(async () => {
  await proxy.stop()
  await redis.stop()
})
const at = () => ({ endpoint: { kind: 'tcp' as const, host: '127.0.0.1', port: proxy.port } })
const open = () => clients.open(redis, { profile: at(), password: SECRET })

describe('a server that says the password it was given', () => {
  test.each([
    ['an error', 'XLEN', `-ERR user default ${SECRET} may not\r\n`],
    ['an unknown command', 'XLEN', `-ERR unknown command '${SECRET}'\r\n`],
    ['the first word of an error', 'XLEN', `-${SECRET} is yours\r\n`],
    ['a missing right', 'XLEN', `-NOPERM ${SECRET}\r\n`],
    ['an error as it stands in a URL', 'XLEN', `-ERR redis://:${encodeURIComponent(SECRET)}@host\r\n`],
    ['an error in quotes', 'XLEN', `-ERR ${JSON.stringify(SECRET)}\r\n`],
  ])('in %s is not repeated', async (_where, command, reply) => {
    const client = await open()
    void proxy.fault(command, answer(reply))
    const error = await client.reader.call('XLEN', 'a').then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(AppError)
    for (const form of [SECRET, encodeURIComponent(SECRET), JSON.stringify(SECRET)]) {
      expect(everything(error)).not.toContain(form)
    }
    expect(everything(error)).toContain('•••')
  })

  test('in a pipeline, in one of its errors or texts, is not repeated', async () => {
    const client = await open()
    void proxy.fault('INFO', answer(bulk(`redis_version:${SECRET}\r\nrole:master\r\n`)))
    void proxy.fault('XLEN', answer(`-ERR ${SECRET}\r\n`))
    const told = await client.reader.pipeline([['INFO'], ['XLEN', 'a']])
    expect(everything(told.map((each) => (Buffer.isBuffer(each) ? each.toString() : each)))).not.toContain(SECRET)
  })

  test('in INFO, in HELLO or as a name of a client is not repeated, and the rest is as it was', async () => {
    const client = await open()
    void proxy.fault('INFO', answer(bulk(`redis_version:7.2.${SECRET}\r\nused_memory:123\r\n`)))
    const about = await info(client.reader)
    expect([about.get('redis_version'), about.get('used_memory')]).toEqual(['7.2.•••', '123'])
    void proxy.fault('HELLO', answer(`*2\r\n${bulk('server')}${bulk(SECRET)}`))
    expect(String((await hello(client.reader)).get('server'))).toBe('•••')
    void proxy.fault('CLIENT', answer(bulk(`id=7 name=${SECRET} cmd=xreadgroup\n`)))
    expect(String(await client.reader.call('CLIENT', 'LIST'))).toBe('id=7 name=••• cmd=xreadgroup\n')
  })

  test.each([['AUTH'], ['HELLO'], ['SELECT'], ['PING']])('when it refuses %s is not repeated', async (command) => {
    const refusal = answer(`-ERR so ${SECRET} it was\r\n`)
    for (const each of [command, 'HELLO', 'AUTH']) void proxy.fault(each, refusal, 5)
    const client = clients.create(redis, { profile: { ...at(), db: 3 }, password: SECRET, connectTimeoutMs: 1_000 })
    const error = await client.open().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'UNREACHABLE' })
    expect(everything(error)).not.toContain(SECRET)
  })

  test('as what a stream holds is data, and stays what it is', async () => {
    const client = await open()
    await redis.client().xadd('config', '1-0', 'url', `redis://:${SECRET}@host`)
    const [[, fields]] = (await client.reader.call('XRANGE', 'config', '-', '+')) as [[Buffer, Buffer[]]]
    expect(fields[1]?.toString()).toBe(`redis://:${SECRET}@host`)
  })
})

describe('a password that begins with capitals', () => {
  const PASSWORD = 'SECRETpw9-word'
  const filter = createSecretFilter(PASSWORD)

  test.each([[`${PASSWORD} is yours`], [PASSWORD], [`SECRET pw9 ${PASSWORD}`]])(
    'shows nothing of itself as the first word of an error: %s',
    (reply) => {
      const prefix = prefixOf(reply)
      const { data } = filter.error(new AppError('REDIS', { prefix, reply, command: 'XLEN' }))
      expect(data).toMatchObject({ prefix: reply.startsWith('SECRET pw9') ? 'SECRET' : 'ERR' })
      expect(prefixSaid(reply, filter)).toBe(reply.startsWith('SECRET pw9') ? 'SECRET' : 'ERR')
    },
  )

  test('with a blank in it neither', () => {
    const spaced = createSecretFilter('SECRET is mine')
    const reply = 'SECRET is mine, it was'
    const { data } = spaced.error(new AppError('REDIS', { prefix: prefixOf(reply), reply, command: 'XLEN' }))
    expect(everything(data)).not.toContain('SECRET')
    expect(prefixSaid(reply, spaced)).toBe('ERR')
  })

  test('is not cut on the wire either', async () => {
    await redis.cli('-a', SECRET, 'ACL', 'SETUSER', 'caps', 'on', `>${PASSWORD}`, '~*', '+@all')
    const client = await clients.open(redis, { profile: { ...at(), username: 'caps' }, password: PASSWORD })
    void proxy.fault('XLEN', answer(`-${PASSWORD} is yours\r\n`))
    const error = await client.reader.call('XLEN', 'a').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'REDIS', data: { prefix: 'ERR' } })
    expect(everything(error)).not.toContain('SECRETpw9')
    expect((error as AppError<'REDIS'>).data.prefix).not.toContain('SECRET')
  })
})

describe('taking out a password', () => {
  const said = (password: string, reply: string) =>
    createSecretFilter(password).error(new AppError('REDIS', { prefix: 'ERR', reply, command: 'XLEN' })).data

  test('leaves words and figures alone that a short one, or one of digits, is a part of', () => {
    expect(said('lag', 'ERR lagging flag lag')).toMatchObject({ reply: 'ERR lagging flag •••' })
    expect(said('123456', 'ERR 12345678 123456')).toMatchObject({ reply: 'ERR 12345678 •••' })
  })

  test.each(['redis', 'master', 'Default', 'standalone', '7'])(
    'that INFO is made of, %s, leaves INFO alone',
    (password) => {
      const text = Buffer.from('redis_mode:standalone\r\nrole:master\r\nserver:redis default\r\nid:7\r\n')
      expect(createSecretFilter(password).reply('INFO', text)).toBe(text)
    },
  )

  test('does not touch the address, the command, or an integer', () => {
    const filter = createSecretFilter('db-server')
    const error = new AppError('UNREACHABLE', {
      reason: 'other',
      endpoint: 'db-server:1',
      detail: verbatim('db-server'),
    })
    expect(filter.error(error).data).toMatchObject({ endpoint: 'db-server:1', detail: verbatim('•••') })
    expect(createSecretFilter('1234').reply('CLIENT', '1234')).toBe('1234')
  })

  test('of any kind works wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 6, maxLength: 40 }),
        fc.string(),
        fc.string(),
        (secret, a, b) => {
          fc.pre(!/^\d+$/.test(secret) && !'•••'.includes(secret) && !`${a}${b}ERR`.includes(secret))
          const { reply } = said(secret, `${a}${secret}${b}`) as { reply: string }
          expect(reply).toContain('•••')
          const bytes = createSecretFilter(secret).reply('INFO', Buffer.from(`x:${secret} ${b}`)) as Buffer
          expect(bytes.toString().startsWith(`x:${secret}`)).toBe(false)
        },
      ),
    )
  })

  test('there is none: nothing is changed', () => {
    const reply = Buffer.from('role:master')
    for (const password of [null, '']) expect(createSecretFilter(password).reply('INFO', reply)).toBe(reply)
  })
})
