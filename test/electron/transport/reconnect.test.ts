import { createORPCClient } from '@orpc/client'
import type { RouterClient } from '@orpc/server'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { HostLostError, linkState } from '../../../renderer/api/link-state'
import { createSocketLink } from '../../../renderer/api/socket-link'
import { subscribe } from '../../../renderer/api/subscribe'
import { pageKeyStore } from '../../../shared/page-key'
import { request } from '../../helpers/raw-http'
import { startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'
import type { TinyRouter } from '../../helpers/tiny-router'

// The page's own link against the real web host, in Node: with the cookie that a browser would send by itself.
let host: TinyWebHost
let client: RouterClient<TinyRouter['router']>
let sockets: WebSocket[]
/** What the page's question about its session is answered with, when not by the host. */
let sessionStatus: number | null
beforeEach(async () => {
  sessionStatus = null
  host = await startTinyWebHost()
  const { cookie, pageKey } = await host.enter()
  const { origin, port } = host
  sockets = []
  class PageSocket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers: { cookie }, origin })
      this.on('error', () => undefined)
      sockets.push(this)
    }
  }
  vi.stubGlobal('window', Object.assign(new EventTarget(), { location: { href: `${origin}/` } }))
  vi.stubGlobal('localStorage', { getItem: (name: string) => (name === pageKeyStore('') ? pageKey : null) })
  vi.stubGlobal('WebSocket', PageSocket)
  vi.stubGlobal('fetch', async ({ pathname: path }: URL, { method = 'GET', headers }: RequestInit) =>
    sessionStatus === null
      ? request(port, { path, method, headers: { cookie, ...(headers as Readonly<Record<string, string>>) } })
      : { status: sessionStatus },
  )
  client = createORPCClient(createSocketLink(`ws://127.0.0.1:${port}/rpc`))
})
afterEach(async () => {
  // The link tries for ever, unless it learns that there is no point.
  sessionStatus = 401
  drop()
  await becomes('unauthorised')
  vi.unstubAllGlobals()
  await host.stop()
})

const drop = (): void => sockets.at(-1)?.terminate()
const becomes = (kind: string): Promise<void> =>
  vi.waitFor(() => expect(linkState.value.kind).toBe(kind), { timeout: 3_000, interval: 10 })

test('a dropped socket is opened again, and calls work again', async () => {
  expect(await client.echo('before')).toBe('before')
  drop()
  await becomes('reconnecting')
  await expect(client.echo('meanwhile')).rejects.toBeInstanceOf(HostLostError)
  await becomes('connected')
  expect(await client.echo('after')).toBe('after')
  expect(sockets).toHaveLength(2)
})

test('a call that was under way fails and is not sent a second time', async () => {
  await client.echo('open')
  const watching = client.watch().then((iterator) => iterator.next().then(() => iterator.next()))
  await vi.waitFor(() => expect(host.tiny.watching).toBe(1))
  drop()
  await expect(watching).rejects.toThrow()
  await becomes('connected')
  expect(await client.echo('after')).toBe('after')
  expect(host.tiny.watching).toBe(0)
})

test('what a page follows is followed again', async () => {
  const words: string[] = []
  const stop = subscribe(
    (signal) => client.watch(undefined, { signal }),
    (word) => void words.push(word),
  )
  await vi.waitFor(() => expect(words).toHaveLength(1))
  drop()
  await vi.waitFor(() => expect(words).toHaveLength(2), { timeout: 3_000 })
  expect(host.tiny.watching).toBe(1)
  stop()
  await vi.waitFor(() => expect(host.tiny.watching).toBe(0))
})

test('a host that was started again knows no old session, and the page says so', async () => {
  await client.echo('open')
  const { port } = host
  await host.server.close()
  await becomes('reconnecting')
  const again = await startTinyWebHost({ port })
  await becomes('unauthorised')
  expect(sockets).toHaveLength(2)
  await again.stop()
})
