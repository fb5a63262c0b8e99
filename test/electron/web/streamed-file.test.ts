import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createDownloads, type Downloads } from '../../../electron/web/downloads'
import { request, requestText } from '../../helpers/raw-http'
import { startTinyWebHost } from '../../helpers/tiny-web-host'

async function onHost(use: (get: Get, downloads: Downloads) => Promise<void>, keptMs = 600_000): Promise<void> {
  const downloads = createDownloads({ keptMs })
  // Nothing is read or written for longer than that meanwhile.
  const host = await startTinyWebHost({ downloads, limits: { idleMs: 300 } })
  const { cookie } = await host.enter()
  try {
    await use({ port: host.port, text: (path) => requestText(host.port, { path, headers: { cookie } }) }, downloads)
  } finally {
    await host.stop()
  }
}
interface Get {
  readonly port: number
  readonly text: (path: string) => string
}
async function open(downloads: Downloads, signal?: AbortSignal) {
  const file = await downloads.open('orders-entries.jsonl', signal)
  if (file?.target.kind !== 'offered') throw new Error('nothing was offered')
  return { file, path: file.target.path }
}
/** All that comes, and whether it came to its end. */
async function fetched({ port, text }: Get, path: string) {
  const socket = connect(port, '127.0.0.1')
  let got = ''
  socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')))
  socket.on('error', () => undefined)
  socket.write(text(path))
  await new Promise((resolve) => socket.once('close', resolve))
  return { got, isWhole: got.endsWith('\r\n0\r\n\r\n') }
}

describe('a file that is sent while it is written', () => {
  test('waits for whoever fetches it, also where nothing is to be written for long, and is whole', async () => {
    await onHost(async (get, downloads) => {
      const { file, path } = await open(downloads)
      let isWritten = false
      const writing = file.write(Buffer.from('one ')).then(() => (isWritten = true))
      const coming = fetched(get, path)
      await writing
      expect(isWritten).toBe(true)
      // As long as a connection may be idle.
      const idle = connect(get.port, '127.0.0.1')
      await new Promise((resolve) => idle.resume().once('close', resolve))
      await file.write(Buffer.from('two'))
      await file.end()
      await file.drop()
      const { got, isWhole } = await coming
      expect(isWhole).toBe(true)
      expect(got).toContain('attachment; filename="orders-entries.jsonl"')
      expect(got).not.toContain('content-length')
      expect(got.replace(/\r\n[0-9a-f]+\r\n/g, '')).toMatch(/one two/)
    })
  })

  test('is written no faster than it is taken', async () => {
    await onHost(async (get, downloads) => {
      const { file, path } = await open(downloads)
      const socket = connect(get.port, '127.0.0.1')
      socket.pause()
      socket.write(get.text(path))
      let written = 0
      const all = (async () => {
        for (let n = 0; n < 64; n += 1) {
          await file.write(Buffer.alloc(1024 * 1024))
          written += 1
        }
        await file.end()
      })()
      await expect.poll(() => written).toBeGreaterThan(0)
      let before = -1
      // Until no more is taken.
      await expect.poll(() => before === (before = written), { interval: 100 }).toBe(true)
      expect(written).toBeLessThan(32)
      let got = 0
      socket.on('data', (chunk: Buffer) => (got += chunk.length))
      socket.resume()
      await all
      await expect.poll(() => got).toBeGreaterThan(64 * 1024 * 1024)
      socket.destroy()
    })
  })

  test('that is dropped ends in the midst: no browser takes it for whole', async () => {
    await onHost(async (get, downloads) => {
      const { file, path } = await open(downloads)
      const coming = fetched(get, path)
      await file.write(Buffer.from('a part of it'))
      await file.drop()
      expect(await coming).toMatchObject({ isWhole: false })
    })
  })

  test('is not for nobody: whoever fetched it left, nobody came, or it was stopped', async () => {
    await onHost(async (get, downloads) => {
      const { file, path } = await open(downloads)
      const socket = connect(get.port, '127.0.0.1')
      socket.write(get.text(path))
      await file.write(Buffer.from('a'))
      socket.destroy()
      const rest = async (): Promise<void> => {
        for (;;) await file.write(Buffer.alloc(256 * 1024))
      }
      await expect(rest()).rejects.toMatchObject({ name: 'FileStopped', why: 'left' })
      const controller = new AbortController()
      const stopped = await open(downloads, controller.signal)
      const writing = stopped.file.write(Buffer.from('a'))
      controller.abort(new Error('stopped'))
      await expect(writing).rejects.toThrow('stopped')
    })
    await onHost(async (get, downloads) => {
      const { file, path } = await open(downloads)
      await expect(file.write(Buffer.from('a'))).rejects.toMatchObject({ why: 'not-fetched' })
      expect(await fetched(get, path)).toMatchObject({ got: expect.stringContaining(' 404 ') as string })
    }, 50)
  })

  test('is for one who has the session, and once', async () => {
    await onHost(async (get, downloads) => {
      const { file, path } = await open(downloads)
      expect((await request(get.port, { path })).status).toBe(401)
      const coming = fetched(get, path)
      await file.write(Buffer.from('a'))
      expect(await fetched(get, path)).toMatchObject({ got: expect.stringContaining(' 404 ') as string })
      await file.end()
      expect(await coming).toMatchObject({ isWhole: true })
    })
  })
})
