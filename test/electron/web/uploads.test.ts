import { afterEach, describe, expect, test, vi } from 'vitest'
import { GivenStopped, type GivenFile } from '../../../electron/services/backup/given-file'
import { tooLarge } from '../../../electron/web/reply'
import { createUploads, type Uploads } from '../../../electron/web/uploads'
import { UPLOAD_PIECE_BYTES } from '../../../shared/model/entry-import'
import { PAGE_KEY_HEADER } from '../../../shared/page-key'
import { request } from '../../helpers/raw-http'
import { startTinyWebHost } from '../../helpers/tiny-web-host'

async function begin(uploads: Uploads, signal?: AbortSignal): Promise<GivenFile & { path: string }> {
  const given = await uploads.take(null, signal)
  if (given?.origin.kind !== 'sent') throw new Error('nothing is taken')
  return { ...given, path: given.origin.path.slice('/upload/'.length) }
}
const sent = async (uploads: Uploads, path: string, body: string | Buffer | null = ''): Promise<number> =>
  (await uploads.receive(path, () => Promise.resolve(body === null ? tooLarge : Buffer.from(body)))).status
async function textOf({ chunks }: GivenFile): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString()
}
const stoppedBy = (file: GivenFile): Promise<unknown> =>
  textOf(file).then(
    () => 'read',
    (error: unknown) => (error instanceof GivenStopped ? error.why : error),
  )

describe('an upload', () => {
  afterEach(() => vi.useRealTimers())

  test('comes in its order, piece by piece, and ends once', async () => {
    const uploads = createUploads()
    const file = await begin(uploads)
    const text = textOf(file)
    expect(await sent(uploads, `${file.path}0`, 'ab')).toBe(200)
    for (const from of ['0', '1', '3', '-1', 'x', '', '2/x', 'End']) {
      expect(await sent(uploads, `${file.path}${from}`, 'zz'), from).not.toBe(200)
    }
    expect(await sent(uploads, `x${file.path}2`, 'zz')).toBe(404)
    expect(await sent(uploads, `${file.path}2`, 'cd')).toBe(200)
    expect(await sent(uploads, `${file.path}end`)).toBe(200)
    expect([await text, await sent(uploads, `${file.path}end`)]).toEqual(['abcd', 204])
  })

  test('gets no answer before there is room, and no second piece meanwhile', async () => {
    const uploads = createUploads()
    const file = await begin(uploads)
    const piece = Buffer.alloc(UPLOAD_PIECE_BYTES, 'x')
    let isAnswered = false
    const first = sent(uploads, `${file.path}0`, piece).finally(() => (isAnswered = true))
    expect(await sent(uploads, `${file.path}${UPLOAD_PIECE_BYTES}`, piece)).toBe(400)
    expect(isAnswered).toBe(false)
    const text = textOf(file)
    expect(await first).toBe(200)
    expect(await sent(uploads, `${file.path}end`)).toBe(200)
    expect(await text).toHaveLength(UPLOAD_PIECE_BYTES)
  })

  test('ends where it is too large, its reader left, or whoever asked did; then no more is wanted', async () => {
    const uploads = createUploads({ mostBytes: 3 })
    const large = await begin(uploads)
    const why = stoppedBy(large)
    expect(await sent(uploads, `${large.path}0`, 'abcd')).toBe(413)
    expect([await why, await sent(uploads, `${large.path}0`, 'a')]).toEqual(['too-large', 204])

    const body = await begin(uploads)
    expect(await sent(uploads, `${body.path}0`, null)).toBe(413)

    const left = await begin(uploads)
    left.drop()
    expect(await sent(uploads, `${left.path}0`, 'a')).toBe(204)

    const controller = new AbortController()
    const gone = await begin(uploads, controller.signal)
    const told = stoppedBy(gone)
    controller.abort()
    expect([await told, await sent(uploads, `${gone.path}0`, 'a')]).toEqual(['left', 204])
  })

  test('that nobody begins, or goes on with, ends after a while', async () => {
    vi.useFakeTimers()
    const uploads = createUploads({ waitMs: 1_000 })
    const [none, some] = [await begin(uploads), await begin(uploads)]
    const whys = Promise.all([stoppedBy(none), stoppedBy(some)])
    expect(await sent(uploads, `${some.path}0`, 'a')).toBe(200)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await whys).toEqual(['not-sent', 'left'])
  })

  test('is taken of a page with both halves of its session only, and of no other page', async () => {
    const uploads = createUploads()
    const host = await startTinyWebHost({ uploads })
    try {
      const { cookie, pageKey } = await host.enter()
      const file = await begin(uploads)
      const path = `/upload/${file.path}0`
      const post = async (headers: Record<string, string>, body = 'ab') =>
        (await request(host.port, { method: 'POST', path, headers: { origin: host.origin, ...headers }, body })).status
      const both = { cookie, [PAGE_KEY_HEADER]: pageKey }
      expect(await post({})).toBe(401)
      expect(await post({ cookie })).toBe(401)
      expect(await post({ ...both, origin: 'http://evil.example' })).toBe(403)
      expect(await post(both, 'x'.repeat(UPLOAD_PIECE_BYTES + 1))).toBe(413)
      expect(await post(both)).toBe(200)
      file.drop()
    } finally {
      await host.stop()
    }
  })
})
