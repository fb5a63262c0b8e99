import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createDownloads, type Downloads } from '../../../electron/web/downloads'
import { send } from '../../../electron/web/respond'
import type { ConnectionLimits } from '../../../electron/web/server'
import { request, requestText } from '../../helpers/raw-http'
import { startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

async function onHost(
  use: (host: TinyWebHost, downloads: Downloads, cookie: string) => Promise<void>,
  limits: Partial<ConnectionLimits> = {},
): Promise<void> {
  const downloads = createDownloads({ keptMs: 600_000 })
  const host = await startTinyWebHost({ downloads, limits })
  try {
    await use(host, downloads, (await host.enter()).cookie)
  } finally {
    await host.stop()
  }
}

async function offer(downloads: Downloads, bytes: Buffer) {
  const { outcome, done } = await downloads.save('orders-1-1-a.bin', async () => bytes)
  if (outcome.kind !== 'offered') throw new Error('nothing was offered')
  return { path: outcome.path, done }
}

describe('a download', () => {
  test('is a file and never a page, whatever it holds; once', async () => {
    await onHost(async (host, downloads, cookie) => {
      const html = Buffer.from('<script>alert(1)</script>')
      const { path, done } = await offer(downloads, html)
      expect(path).toMatch(/^\/download\/[\w-]{43}$/)
      const got = await request(host.port, { path, headers: { cookie } })
      expect([got.status, got.body]).toEqual([200, html.toString()])
      expect(got.headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment; filename="orders-1-1-a.bin"',
        'content-length': String(html.length),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      })
      await done
      expect((await request(host.port, { path, headers: { cookie } })).status).toBe(404)
    })
  })

  test('is every byte of it', async () => {
    await onHost(async (host, downloads, cookie) => {
      const bytes = Buffer.from(Array.from({ length: 1_000_000 }, (_, at) => (at * 7) % 256))
      const { path } = await offer(downloads, bytes)
      const { body } = await request(host.port, { path, headers: { cookie } })
      expect(Buffer.from(body, 'latin1').equals(bytes)).toBe(true)
    })
  })

  test('is none without the session, and none of a wrong path; neither spends it, nor does a look', async () => {
    await onHost(async (host, downloads, cookie) => {
      const { path } = await offer(downloads, Buffer.from('x'))
      expect((await request(host.port, { path })).status).toBe(401)
      for (const wrong of ['/download/', '/download/wrong', `${path}x`, path.slice(0, -1), path.toUpperCase()]) {
        expect((await request(host.port, { path: wrong, headers: { cookie } })).status, wrong).toBe(404)
      }
      expect((await request(host.port, { method: 'HEAD', path, headers: { cookie } })).status).toBe(404)
      expect((await request(host.port, { method: 'POST', path, headers: { cookie } })).status).toBe(405)
      expect((await request(host.port, { path, headers: { cookie } })).body).toBe('x')
    })
  })

  test('that nobody fetches is dropped', async () => {
    const downloads = createDownloads({ keptMs: 1 })
    const { path, done } = await offer(downloads, Buffer.from('x'))
    await done
    expect(downloads.take(path.slice('/download/'.length))).toBeNull()
  })

  test('ends when the browser hangs up in the midst of it', async () => {
    await onHost(async (host, downloads, cookie) => {
      const { path, done } = await offer(downloads, Buffer.alloc(64 * 1024 * 1024))
      const socket = connect(host.port, '127.0.0.1')
      socket.write(requestText(host.port, { path, headers: { cookie } }))
      await once(socket, 'data')
      socket.destroy()
      await done
    })
  })

  test('ends where the browser takes no more of it, after a while', async () => {
    await onHost(
      async (host, downloads, cookie) => {
        const { path, done } = await offer(downloads, Buffer.alloc(64 * 1024 * 1024))
        const socket = connect(host.port, '127.0.0.1')
        socket.write(requestText(host.port, { path, headers: { cookie } }))
        await once(socket, 'data')
        socket.pause()
        await done
        socket.destroy()
      },
      { idleMs: 200 },
    )
  })

  test('ends where the browser was gone before it began', async () => {
    const downloads = createDownloads()
    const { path, done } = await offer(downloads, Buffer.from('x'))
    const server = createServer((_request, response) => {
      response.once('close', () => {
        const reply = downloads.take(path.slice('/download/'.length))
        if (reply) send(response, reply)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(requestText(0, {}))
    await once(server, 'request')
    socket.destroy()
    await done
    server.close()
  })

  test('is not offered where it could not be read', async () => {
    const downloads = createDownloads()
    await expect(downloads.save('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
  })
})
