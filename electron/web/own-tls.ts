import { unwatchFile, watchFile } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { Logger } from 'pino'
import { webWords } from '../../shared/words/en/web-words'
import { errorCode, readBounded } from '../host/outside/bounded-file'
import { UsageError } from '../host/usage-error'

const MOST_BYTES = 262_144
const WATCH_EVERY_MS = 1_000

/** A certificate with those that lead to its authority, and its key: PEM. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

/** The host's own certificate, by the files that hold it. */
export interface OwnTls {
  readonly pair: KeyPair
  /** Calls back with another pair that took its place. One that can't be used changes nothing, and is said in the log. */
  watch(onChange: (pair: KeyPair) => void): void
  close(): void
}

/** Reads both. Throws `UsageError` where they can't be read, or are no pair. */
export async function openOwnTls(
  files: { readonly cert: string; readonly key: string },
  log: Logger,
  watchEveryMs = WATCH_EVERY_MS,
): Promise<OwnTls> {
  const paths = [files.cert, files.key]
  let pair = await readPair(files)
  const close = (): void => paths.forEach((path) => unwatchFile(path))
  return {
    get pair() {
      return pair
    },
    watch(onChange) {
      const reload = async (): Promise<void> => {
        try {
          const next = await readPair(files)
          if (next.cert === pair.cert && next.key === pair.key) return
          pair = next
          onChange(next)
        } catch (error) {
          // One of the two was replaced, and the other comes after it.
          log.warn({ why: error instanceof Error ? error.message : '' }, 'the new certificate is not used yet')
        }
      }
      for (const path of paths) watchFile(path, { persistent: false, interval: watchEveryMs }, () => void reload())
    },
    close,
  }
}

async function readPair(files: { readonly cert: string; readonly key: string }): Promise<KeyPair> {
  const pair = { cert: await read('--tls-cert', files.cert), key: await read('--tls-key', files.key) }
  try {
    createSecureContext(pair)
  } catch (error) {
    throw new UsageError(webWords.noKeyPair(files.cert, files.key, errorCode(error)))
  }
  return pair
}

async function read(flag: string, file: string): Promise<string> {
  const found = await readBounded(file, MOST_BYTES).catch((error: unknown) => {
    throw new UsageError(webWords.fileUnreadable(flag, file, errorCode(error)))
  })
  if (found === null) throw new UsageError(webWords.fileUnreadable(flag, file, 'EFBIG'))
  return found.text
}
