import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Backend } from '../../../electron/api/backend'
import { createDownloads } from '../../../electron/web/downloads'
import type { Contract } from '../../../shared/contract'
import type { ExportEvent } from '../../../shared/model/export'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { trySocket } from '../../helpers/page-socket'
import { requestText } from '../../helpers/raw-http'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { createTestBackend } from '../../helpers/test-backend'
import { startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

let dir: string
let redis: TestRedis
let proxy: FaultProxy
let backend: Backend
let host: TinyWebHost
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-export-'))
  redis = await startRedis()
  proxy = await startFaultProxy(redis)
  const downloads = createDownloads()
  backend = await createTestBackend(dir, { openFile: downloads.open })
  host = await startTinyWebHost({ router: backend.router, downloads })
})
afterEach(async () => {
  await host.stop()
  await backend.close()
  await proxy.stop()
  await redis.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** A page that exports a stream and fetches it, in whose midst the server says no more. */
async function inItsMidst() {
  const line = redis.client().pipeline()
  for (let n = 1; n <= 5_000; n += 1) line.xadd('orders', `${n}-0`, 'v', 'x'.repeat(1_000))
  await line.exec()
  const { cookie, protocols } = await host.enter()
  const { socket } = await trySocket(
    `ws://127.0.0.1:${host.port}/rpc`,
    { headers: { cookie }, origin: host.origin },
    protocols,
  )
  if (socket === null) throw new Error('it was not let in')
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })
  const api = createORPCClient<ContractRouterClient<Contract>>(link)
  const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
  const { id: connectionId } = await api.connection.save({ profile: redis.connection({ endpoint }) })
  await api.connection.open({ connectionId })
  const controller = new AbortController()
  const source = { kind: 'entries', order: 'oldest' } as const
  const held = proxy.fault((args) => args[0] === 'XRANGE' && args[2] !== '-', { kind: 'delay', ms: 600_000 })
  const request = { connectionId, key: 'orders', format: 'jsonl', as: 'raw', source } as const
  const events = await api.export.save(request, { signal: controller.signal })
  const { value } = await events.next()
  const begun = value as ExportEvent | undefined
  if (begun?.kind !== 'begun' || begun.target.kind !== 'offered') throw new Error('nothing was offered')
  const file = connect(host.port, '127.0.0.1')
  let got = ''
  file.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')))
  file.on('error', () => undefined)
  const ended = new Promise<string>((resolve) => file.once('close', () => resolve(got)))
  file.write(requestText(host.port, { path: begun.target.path, headers: { cookie } }))
  await held
  const last = (async (): Promise<ExportEvent | undefined> => {
    let event: ExportEvent | undefined
    for await (event of events);
    return event
  })()
  last.catch(() => undefined)
  return { socket, controller, ended, last, file }
}

test.each([
  ['its page is closed', ({ socket }: Awaited<ReturnType<typeof inItsMidst>>) => socket.terminate()],
  ['it is stopped', ({ controller }: Awaited<ReturnType<typeof inItsMidst>>) => controller.abort()],
  ['the server is lost', () => (proxy.refuse(), proxy.cut())],
])('a file is never taken for whole where %s', async (_what, end) => {
  const running = await inItsMidst()
  end(running)
  const got = await running.ended
  expect(got).toContain('200 OK')
  expect(got.endsWith('0\r\n\r\n')).toBe(false)
  expect(got).not.toContain('{"end":')
})
