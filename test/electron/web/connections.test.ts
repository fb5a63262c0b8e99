import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { WebServerOptions } from '../../../electron/web/server'
import { requestText } from '../../helpers/raw-http'
import { startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

const hosts: TinyWebHost[] = []
const open: Socket[] = []
async function start(limits: WebServerOptions['limits']): Promise<TinyWebHost> {
  const host = await startTinyWebHost(limits === undefined ? {} : { limits })
  hosts.push(host)
  return host
}
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy()
  for (const host of hosts.splice(0)) await host.stop()
})

interface Rude {
  /** All that it was told. */
  said(): string
  /** Once the other side has gone for good: what is sent then is refused. */
  gone(): Promise<void>
  readonly socket: Socket
}

/** A connection that sends this and never hangs up itself. */
async function rude(port: number, text: string): Promise<Rude> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  open.push(socket)
  socket.on('error', () => undefined)
  let said = ''
  socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')))
  await once(socket, 'connect')
  if (text !== '') socket.write(text)
  return {
    socket,
    said: () => said,
    async gone() {
      const knock = setInterval(() => socket.writable && socket.write('x'), 20)
      if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
      clearInterval(knock)
    },
  }
}

const SHORT = { headersMs: 100, requestMs: 200, idleMs: 400, lingerMs: 50 }
const upgrade = (port: number, headers: Readonly<Record<string, string>> = {}): string =>
  requestText(port, { path: '/rpc', headers: { connection: 'upgrade', upgrade: 'websocket', ...headers } })

describe('a connection is ended by us', () => {
  test('that says nothing', async () => {
    const { port } = await start(SHORT)
    await (await rude(port, '')).gone()
  })

  test('that says nothing and does not knock either, without a word: a browser would take it for its next answer', async () => {
    const { port } = await start(SHORT)
    const { socket, said } = await rude(port, '')
    await Promise.race([once(socket, 'end'), once(socket, 'close')])
    expect(said()).toBe('')
  })

  test.each([
    ['half a line', 'GET / HT'],
    ['headers without an end', 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n'],
    ['what is no HTTP', 'nonsense\r\n\r\n'],
  ])('that sends %s', async (_what, text) => {
    const { port } = await start(SHORT)
    const connection = await rude(port, text)
    await connection.gone()
    expect(connection.said()).toContain('400 Bad Request')
  })

  test.each([
    ['a socket without an origin', 403, {}],
    ['a socket without a session', 401, { origin: 'OURS' }],
    ['another protocol', 403, { upgrade: 'h2c' }],
  ])('that was refused %s', async (_what, status, headers) => {
    const { port, origin } = await start(SHORT)
    const sent = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, text.replace('OURS', origin)]))
    const connection = await rude(port, upgrade(port, sent))
    await connection.gone()
    expect(connection.said()).toContain(` ${status} `)
  })

  test('whose body never comes', async () => {
    const host = await startTinyWebHost({ limits: SHORT, password: 'correct horse' })
    hosts.push(host)
    const headers = { origin: host.origin, 'content-length': '100', connection: 'keep-alive' }
    const text = requestText(host.port, { method: 'POST', path: '/login', headers, body: 'password=' })
    await (await rude(host.port, text)).gone()
  })

  test('that was answered, and keeps the line', async () => {
    const { port } = await start(SHORT)
    const connection = await rude(port, requestText(port, { headers: { connection: 'keep-alive' } }))
    await connection.gone()
    expect(connection.said()).toContain('401 Unauthorized')
  })
})

describe('many connections', () => {
  test('the oldest give way, and a page still gets through', async () => {
    const { port } = await start({ most: 20 })
    const silent: Rude[] = []
    for (let n = 0; n < 60; n += 1) silent.push(await rude(port, ''))
    const page = await rude(port, requestText(port, {}))
    await once(page.socket, 'end')
    expect(page.said()).toContain('401 Unauthorized')
    await Promise.all(silent.slice(0, 40).map((each) => each.gone()))
    expect(silent.at(-1)?.socket.readableEnded).toBe(false)
  })

  test('sockets of pages do not count among them', async () => {
    const host = await start({ most: 2 })
    const { cookie, protocols } = await host.enter()
    const headers = {
      ...{ cookie, origin: host.origin, 'sec-websocket-version': '13', 'sec-websocket-key': 'x'.repeat(22) + '==' },
      'sec-websocket-protocol': protocols.join(', '),
    }
    const page = await rude(host.port, upgrade(host.port, headers))
    await once(page.socket, 'data')
    expect(page.said()).toContain('101 Switching Protocols')
    for (let n = 0; n < 10; n += 1) await rude(host.port, '')
    const reply = await rude(host.port, requestText(host.port, {}))
    await once(reply.socket, 'end')
    expect(page.socket.readableEnded).toBe(false)
  })
})
