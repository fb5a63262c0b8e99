import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openOwnTls, type OwnTls } from '../../../electron/web/own-tls'
import { entered, protocolsOf } from '../../helpers/enter'
import { trySocket } from '../../helpers/page-socket'
import type { RawResponse } from '../../helpers/raw-http'
import { startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'
import { makeTlsFiles, type TlsFiles } from '../../helpers/tls-files'

const silent = pino({ level: 'silent' })
const dir = mkdtempSync(join(tmpdir(), 'sluice-own-tls-'))
const files = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') }
let [first, second]: TlsFiles[] = []
let tls: OwnTls
let host: TinyWebHost
beforeAll(async () => {
  ;[first, second] = await Promise.all([makeTlsFiles(), makeTlsFiles()])
})
beforeEach(async () => {
  put(first!)
  tls = await openOwnTls(files, silent, 10)
  host = await startTinyWebHost({ tls, limits: { most: 3, headersMs: 300, lingerMs: 50 } })
})
afterEach(async () => {
  tls.close()
  await host.stop()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function put({ cert, key }: TlsFiles): void {
  writeFileSync(files.cert, cert)
  writeFileSync(files.key, key)
}
async function get(path: string, headers: Readonly<Record<string, string>> = {}, ca = first!.ca): Promise<RawResponse> {
  const asked = request({ host: '127.0.0.1', port: host.port, path, headers, ca, agent: false })
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) body += chunk
  const flat = Object.entries(response.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')])
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(flat) as Record<string, string>, body }
}
const origin = () => `https://127.0.0.1:${host.port}`

test('the page, its cookie and its socket go over TLS alone', async () => {
  expect(host.server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/launch\//)
  const page = await get(new URL(host.server.url).pathname)
  expect(page.headers['set-cookie']).toMatch(/; Secure$/)
  expect(page.headers['strict-transport-security']).toBeUndefined()
  const { cookie, pageKey } = entered(page)
  const attempt = (from: string) =>
    trySocket(
      `wss://127.0.0.1:${host.port}/rpc`,
      { headers: { cookie }, origin: from, ca: first!.ca },
      protocolsOf(pageKey),
    )
  const { status, socket } = await attempt(origin())
  expect(status).toBe(101)
  socket?.close()
  expect((await attempt(`http://127.0.0.1:${host.port}`)).status).toBe(403)
})

test('who speaks no TLS, or nothing at all, is gone before long', async () => {
  for (const text of ['GET / HTTP/1.1\r\nhost: x\r\n\r\n', '']) {
    const socket = connectTcp(host.port, '127.0.0.1')
    socket.on('error', () => undefined)
    let said = ''
    socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')))
    if (text !== '') socket.write(text)
    await once(socket, 'close')
    expect(said).not.toContain('HTTP')
  }
})

test('an older TLS is refused', async () => {
  const socket = connect({
    host: '127.0.0.1',
    port: host.port,
    ca: first!.ca,
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1',
  })
  const [error] = (await once(socket, 'error')) as [Error]
  expect(error.message).toMatch(/protocol|alert|version/i)
})

test('a page’s socket does not count among strangers, who push each other out', async () => {
  const { cookie, pageKey } = entered(await get(new URL(host.server.url).pathname))
  const { socket } = await trySocket(
    `wss://127.0.0.1:${host.port}/rpc`,
    { headers: { cookie }, origin: origin(), ca: first!.ca },
    protocolsOf(pageKey),
  )
  const strangers: TLSSocket[] = []
  for (let n = 0; n < 8; n += 1) {
    const stranger = connect({ host: '127.0.0.1', port: host.port, ca: first!.ca })
    stranger.on('error', () => undefined).resume()
    strangers.push(stranger)
    await once(stranger, 'secureConnect')
  }
  await Promise.all(strangers.slice(0, 5).map((each) => (each.closed ? Promise.resolve([]) : once(each, 'close'))))
  expect(socket?.readyState).toBe(1)
  for (const each of strangers) each.destroy()
  socket?.close()
})

describe('another certificate in the files', () => {
  test('is used from then on; one that fits no key is not, and the old one stays', async () => {
    writeFileSync(files.cert, second!.cert)
    await expect(get('/healthz', {}, second!.ca)).rejects.toThrow()
    expect((await get('/healthz')).status).toBe(200)
    writeFileSync(files.key, second!.key)
    await expect
      .poll(() =>
        get('/healthz', {}, second!.ca).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200)
    await expect(get('/healthz')).rejects.toThrow()
    rmSync(files.key)
    writeFileSync(files.cert, 'x')
    expect((await get('/healthz', {}, second!.ca)).status).toBe(200)
  })
})

test.each([
  ['no certificate', () => writeFileSync(files.cert, 'x'), /no certificate and its key/],
  ['another’s key', () => writeFileSync(files.key, second!.key), /no certificate and its key/],
  ['no file', () => rmSync(files.key), /--tls-key .* can’t be read \(ENOENT\)/],
  ['no end', () => (rmSync(files.cert), (files.cert = '/dev/zero')), /--tls-cert/],
])('%s: nothing is started, and why is said without what is in them', async (_what, spoil, words) => {
  spoil()
  const refused: unknown = await openOwnTls(files, silent).catch((error: unknown) => error)
  expect(refused).toMatchObject({ name: 'UsageError', message: expect.stringMatching(words) as string })
  expect(String(refused)).not.toContain('PRIVATE')
})
