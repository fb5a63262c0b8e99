import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { devProxy } from '../../build/dev-proxy.mjs'
import { createDownloads } from '../../electron/web/downloads'
import { WEB_PATHS } from '../../shared/web-paths'
import { trySocket } from '../helpers/page-socket'
import { request } from '../helpers/raw-http'
import { startTinyWebHost, type TinyWebHost } from '../helpers/tiny-web-host'

const downloads = createDownloads()
let host: TinyWebHost
let dir: string
let vite: ViteDevServer
let port: number
beforeAll(async () => {
  host = await startTinyWebHost({ downloads })
  const session = { origin: host.origin, ...(await host.enter()) }
  dir = await mkdtemp(join(tmpdir(), 'sluice-dev-'))
  await writeFile(join(dir, 'index.html'), '<title>dev page</title>')
  vite = await createServer({
    configFile: false,
    root: dir,
    logLevel: 'silent',
    server: { host: '127.0.0.1', port: 0, proxy: devProxy(WEB_PATHS, () => session) },
  })
  await vite.listen()
  ;({ port } = vite.httpServer?.address() as AddressInfo)
})
afterAll(async () => {
  await vite.close()
  await host.stop()
  await rm(dir, { recursive: true, force: true })
})

const socketAs = async (headers: Readonly<Record<string, string>>): Promise<number> => {
  const { status, socket } = await trySocket(`ws://127.0.0.1:${port}/rpc`, { headers }, ['sluice'])
  socket?.close()
  return status
}

test('what the host answers is passed on with the session, and the page is not', async () => {
  expect((await request(port, { path: '/' })).body).toContain('dev page')
  expect((await request(port, { method: 'HEAD', path: WEB_PATHS.session })).status).toBe(200)
  expect((await request(port, { path: WEB_PATHS.enterScript })).body).toContain('localStorage')
  expect(await socketAs({ origin: `http://127.0.0.1:${port}` })).toBe(101)
  const { outcome } = await downloads.save('a.bin', async () => Buffer.from('bytes'))
  if (outcome.kind !== 'offered') throw new Error('nothing was offered')
  expect((await request(port, { path: outcome.path })).body).toBe('bytes')
})

test.each([
  ['a page of another site', { origin: 'http://evil.example' }],
  ['a page that has its name point to us', { origin: 'http://evil.example:PORT', host: 'evil.example:PORT' }],
])('not for %s', async (_whose, sent) => {
  const headers = Object.fromEntries(Object.entries(sent).map(([name, as]) => [name, as.replace('PORT', String(port))]))
  expect(await socketAs(headers)).not.toBe(101)
  expect((await request(port, { method: 'POST', path: WEB_PATHS.logOut, headers })).status).toBe(403)
  expect((await request(port, { method: 'HEAD', path: WEB_PATHS.session })).status).toBe(200)
})

test.each([WEB_PATHS.logOut, WEB_PATHS.logOutEverywhere])('logging out by %s reaches the host', async (path) => {
  const headers = { origin: `http://127.0.0.1:${port}` }
  // The first ends the session, the second comes from none any more.
  const wanted = path === WEB_PATHS.logOut ? 200 : 401
  expect((await request(port, { method: 'POST', path, headers })).status).toBe(wanted)
})
