import type { lookup } from 'node:dns'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allowedAddresses } from '../../../../electron/host/webhook/allowed-addresses'
import { createSendWebhook, type SendWebhookOptions } from '../../../../electron/host/webhook/send-webhook'
import type { WebhookReply } from '../../../../electron/services/alerts/send'
import { startHookServer, type HookServer } from '../../../helpers/hook-server'
import { sharedTlsFiles } from '../../../helpers/tls-files'

let server: HookServer
beforeAll(async () => {
  server = await startHookServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.answers = [200]
  server.got.length = 0
  server.connections = 0
})

const NEVER = new AbortController().signal
async function send(
  url: string,
  allowed: readonly string[],
  more: Partial<SendWebhookOptions> = {},
): Promise<WebhookReply> {
  const addresses = allowedAddresses(allowed)
  if (!addresses) throw new Error('no addresses')
  const sending = createSendWebhook({ allowed: addresses, ...more })
  return sending({ url, headers: { 'x-a': 'b' }, body: '{"é":1}' }, NEVER)
}
const here = (path = '/hook'): string => `http://127.0.0.1:${server.port}${path}`
const LOCAL = ['127.0.0.1']
const failure = (code: string, isFinal: boolean) => ({ kind: 'failed', isFinal, why: { code } })

/** A name that is, at each question, the next of these. */
function names(...answers: readonly (readonly string[])[]) {
  let asked = 0
  const resolve = ((_name: string, _options: object, callback: (error: null, all: object[]) => void) => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? []
    asked += 1
    callback(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }) as unknown as typeof lookup
  return { resolve, asked: () => asked }
}

it('posts what it is given, and tells the status', async () => {
  server.answers = [204]
  expect(await send(here('/a?b=c'), LOCAL)).toEqual({ kind: 'replied', status: 204 })
  expect(server.got).toMatchObject([{ method: 'POST', url: '/a?b=c', body: '{"é":1}', headers: { 'x-a': 'b' } }])
})

it('follows no redirect', async () => {
  server.answers = [(response) => response.writeHead(302, { location: here('/elsewhere') }).end(), 200]
  expect(await send(here(), LOCAL)).toEqual({ kind: 'replied', status: 302 })
  expect(server.got.map(({ url }) => url)).toEqual(['/hook'])
})

it('listens to no more of a reply than a little', async () => {
  const written = { ended: false }
  server.answers = [
    (response) => {
      response.writeHead(200).on('close', () => (written.ended = true))
      const more = (): void => {
        if (!written.ended) response.write('x'.repeat(8_192), () => setImmediate(more))
      }
      more()
    },
  ]
  expect(await send(here(), LOCAL)).toEqual({ kind: 'replied', status: 200 })
  await expect.poll(() => written.ended).toBe(true)
})

describe('what goes wrong of itself may go better the next time', () => {
  it('no answer in time', async () => {
    server.answers = [() => undefined]
    expect(await send(here(), LOCAL, { timeOutMs: 150 })).toMatchObject(failure('alert.timed-out', false))
  })
  it('a connection that is reset', async () => {
    server.answers = [(_response, request) => request.socket.destroy()]
    expect(await send(here(), LOCAL)).toMatchObject(failure('alert.not-reached', false))
  })
  it('nobody there', async () => {
    const gone = await startHookServer()
    await gone.close()
    expect(await send(`http://127.0.0.1:${gone.port}/`, LOCAL)).toMatchObject({
      why: { params: { code: 'ECONNREFUSED' } },
    })
  })
  it('no TLS at the other end', async () => {
    expect(await send(here().replace('http:', 'https:'), LOCAL)).toMatchObject(failure('alert.no-tls', false))
  })
})

describe('nothing is sent', () => {
  it.each([
    ...[
      'http://127.0.0.1',
      'http://localhost',
      'http://127.1',
      'http://0x7f000001',
      'http://2130706433',
      'http://[::1]',
    ],
    ...['http://[::ffff:127.0.0.1]', 'http://0.0.0.0', 'http://127.0.0.1.'],
  ])('without leave, without TLS: %s', async (origin) => {
    expect(await send(`${origin}:${server.port}/`, [])).toMatchObject(failure('alert.plain-not-allowed', true))
    expect(await send(`${origin}:${server.port}/`.replace('http:', 'https:'), [])).toMatchObject(
      failure('alert.address-not-allowed', true),
    )
    expect(server.got).toEqual([])
  })

  it('without TLS to a public address', async () => {
    const { resolve } = names(['1.1.1.1'])
    expect(await send('http://hooks.example.com/', LOCAL, { resolve })).toMatchObject(
      failure('alert.plain-not-allowed', true),
    )
  })

  it('to a name that is private, or one of whose addresses is allowed and which nobody is at', async () => {
    const { resolve } = names(['127.0.0.1', '169.254.169.254', '::1'])
    const url = `https://rebind.example.com:${server.port}/`
    expect(await send(url, [], { resolve })).toMatchObject(failure('alert.address-not-allowed', true))
    expect([server.got, server.connections]).toEqual([[], 0])
  })
})

it('a name that changes while it is looked at is asked for once, and what was looked at is connected to', async () => {
  const other = await startHookServer('127.0.0.2')
  try {
    const { resolve, asked } = names(['127.0.0.2'], ['127.0.0.1'])
    const url = `http://rebind.example.com:${other.port}/`
    expect(await send(url, ['127.0.0.2'], { resolve })).toEqual({ kind: 'replied', status: 200 })
    expect(asked()).toBe(1)
    // Of several, only those that are allowed are tried.
    const mixed = names(['127.0.0.1', '127.0.0.2'])
    expect(await send(url, ['127.0.0.2'], { resolve: mixed.resolve })).toEqual({ kind: 'replied', status: 200 })
    expect([other.got.length, server.got.length]).toEqual([2, 0])
  } finally {
    await other.close()
  }
})

it('TLS is believed by certificate only', async () => {
  const { ca, cert, key } = await sharedTlsFiles()
  const secure = await startHookServer('127.0.0.1', { cert, key })
  try {
    const url = `https://localhost:${secure.port}/`
    const { resolve } = names(['127.0.0.1'])
    expect(await send(url, LOCAL, { resolve })).toMatchObject(failure('alert.no-tls', false))
    expect(secure.got).toEqual([])
    expect(await send(url, LOCAL, { resolve, ca })).toEqual({ kind: 'replied', status: 200 })
    const other = url.replace('localhost', 'elsewhere.example')
    expect(await send(other, LOCAL, { resolve, ca })).toMatchObject(failure('alert.no-tls', false))
    expect(secure.got).toHaveLength(1)
  } finally {
    await secure.close()
  }
})
