import { PassThrough } from 'node:stream'
import { UPLOAD_PIECE_BYTES } from '../../shared/model/entry-import'
import { WEB_PATHS } from '../../shared/web-paths'
import { GivenStopped, type TakeFile } from '../services/backup/given-file'
import { badRequest, done, notFound, tooLarge, type Reply } from './reply'
import { digestSecret, matchesDigest, newSecret, type SecretDigest } from './secret'

/**
 * Files that pages send, in pieces of at most 256 KiB one after the other: no request is open for long, and none is answered before there is room for the
 * next. Each is sent to a path that only the page that asked for it is told. Nothing of it is kept here.
 */
export interface Uploads {
  readonly take: TakeFile
  /** What is below `WEB_PATHS.upload`: a secret and from which byte on, or that all of it was sent. `body`: what is answered instead, where it may not be sent. */
  receive(path: string, body: () => Promise<Buffer | Reply>): Promise<Reply>
}

interface UploadOptions {
  /** Of a file. */
  readonly mostBytes?: number
  /** Until the next piece comes. */
  readonly waitMs?: number
}

interface Upload {
  readonly secret: SecretDigest
  readonly stream: PassThrough
  /** So much came. */
  bytes: number
  isBusy: boolean
}

const MOST_BYTES = 4 * 1024 ** 3
const WAIT_MS = 60_000
const MOST_ENDED = 64
/** It is not wanted any more: whoever asked knows why. */
const noMore: Reply = { status: 204 }
/** `/`, a secret, and what follows. */
const PATH = /^([\w-]+)\/(end|\d{1,15})$/

export function createUploads({ mostBytes = MOST_BYTES, waitMs = WAIT_MS }: UploadOptions = {}): Uploads {
  const uploads = new Set<Upload>()
  /** The last ones that ended. */
  let ended: readonly SecretDigest[] = []

  function stop(upload: Upload, why: GivenStopped['why']): void {
    if (!upload.stream.writableEnded) upload.stream.destroy(new GivenStopped(why))
  }

  return {
    take(_again, signal) {
      const token = newSecret()
      const stream = new PassThrough({ highWaterMark: UPLOAD_PIECE_BYTES })
      const upload: Upload = { secret: digestSecret(token), stream, bytes: 0, isBusy: false }
      // Told by whoever reads.
      stream.on('error', () => undefined)
      let seen = -1
      const timer = setInterval(() => {
        if (seen === upload.bytes && !upload.isBusy) stop(upload, seen === 0 ? 'not-sent' : 'left')
        seen = upload.bytes
      }, waitMs)
      timer.unref()
      const drop = (): void => stop(upload, 'left')
      signal?.addEventListener('abort', drop, { once: true })
      stream.once('close', () => {
        clearInterval(timer)
        signal?.removeEventListener('abort', drop)
        uploads.delete(upload)
        ended = [...ended.slice(1 - MOST_ENDED), upload.secret]
      })
      uploads.add(upload)
      if (signal?.aborted === true) drop()
      return Promise.resolve({
        origin: { kind: 'sent', path: `${WEB_PATHS.upload}${token}/`, mostBytes },
        again: null,
        chunks: stream,
        drop: () => void stream.destroy(),
      })
    },
    async receive(path, body) {
      const [, token = '', from = ''] = PATH.exec(path) ?? []
      const upload = [...uploads].find(({ secret }) => matchesDigest(token, secret))
      if (upload === undefined) return ended.some((secret) => matchesDigest(token, secret)) ? noMore : notFound
      if (upload.stream.writableEnded) return noMore
      if (upload.isBusy || (from !== 'end' && Number(from) !== upload.bytes)) return badRequest
      upload.isBusy = true
      try {
        const piece = await body()
        if (!Buffer.isBuffer(piece)) return piece
        if (upload.bytes + piece.length > mostBytes) {
          stop(upload, 'too-large')
          return tooLarge
        }
        upload.bytes += piece.length
        if (from === 'end') upload.stream.end()
        else if (!upload.stream.write(piece)) await settled(upload.stream)
        return upload.stream.destroyed && from !== 'end' ? noMore : done
      } finally {
        upload.isBusy = false
      }
    },
  }
}

function settled(stream: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      stream.off('drain', end)
      stream.off('close', end)
      resolve()
    }
    stream.on('drain', end)
    stream.on('close', end)
    if (stream.destroyed) end()
  })
}
