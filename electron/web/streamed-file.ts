import { PassThrough, type Readable } from 'node:stream'
import { FileStopped, type OpenedFile } from '../services/export/open-file'

/** A file that is sent to a browser while it is written. */
export interface StreamedFile extends Omit<OpenedFile, 'target'> {
  /** What is sent, from when somebody came for it. */
  begin(): Readable
  /** Nobody came. */
  expire(): void
}

const BUFFERED_BYTES = 1024 * 1024

/** No more is written than the browser takes. What is not whole ends in an error of the connection, so that the browser keeps none of it. */
export function createStreamedFile(signal: AbortSignal | undefined): StreamedFile {
  const stream = new PassThrough({ highWaterMark: BUFFERED_BYTES })
  // Told by whoever writes next.
  stream.on('error', () => undefined)
  let stopped: FileStopped | null = null
  let come: () => void
  const fetched = new Promise<void>((resolve) => (come = resolve))
  let isWhole = false

  const settled = async (event: 'drain' | 'close'): Promise<void> => {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const each of [event, 'close'] as const) stream.off(each, done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      for (const each of [event, 'close'] as const) stream.on(each, done)
      signal?.addEventListener('abort', done)
    })
  }
  const check = (): void => {
    signal?.throwIfAborted()
    if (stopped !== null) throw stopped
    if (stream.destroyed && !isWhole) throw new FileStopped('left')
  }
  async function ready(): Promise<void> {
    if (signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          signal?.removeEventListener('abort', done)
          resolve()
        }
        signal?.addEventListener('abort', done)
        void fetched.then(done)
      })
    }
    check()
  }
  return {
    begin() {
      come()
      return stream
    },
    expire() {
      stopped = new FileStopped('not-fetched')
      come()
    },
    async write(chunk) {
      await ready()
      if (stream.write(chunk)) return
      await settled('drain')
      check()
    },
    async end() {
      await ready()
      isWhole = true
      stream.end()
      if (!stream.closed) await settled('close')
      signal?.throwIfAborted()
      if (stream.errored !== null) throw new FileStopped('left')
    },
    drop() {
      if (!stream.closed) stream.destroy(new FileStopped('left'))
      return Promise.resolve()
    },
  }
}
