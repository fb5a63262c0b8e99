import type { OpenFile } from '../services/export/open-file'
import type { SaveFile } from '../services/inspection/save-file'
import type { Reply } from './reply'
import { digestSecret, matchesDigest, newSecret, type SecretDigest } from './secret'
import { createStreamedFile } from './streamed-file'
import { WEB_PATHS } from '../../shared/web-paths'

/** Files for the browser: each is at a path that only the page that asked for it is told, and that works once. */
export interface Downloads {
  readonly save: SaveFile
  /** One that is written while it is fetched. */
  readonly open: OpenFile
  /** The file of a path below `WEB_PATHS.download`; null where there is none, or none any more. */
  take(token: string): Reply | null
}

const KEPT_MS = 60_000

interface Offer {
  readonly secret: SecretDigest
  readonly name: string
  /** What is sent, once somebody comes for it. */
  readonly take: () => Pick<Reply, 'body' | 'onSent'>
  /** Nobody came. */
  readonly expire: () => void
}

/** What nobody fetches within `keptMs` is dropped. */
export function createDownloads({ keptMs = KEPT_MS }: { readonly keptMs?: number } = {}): Downloads {
  const offers = new Set<Offer>()

  function offer(about: Omit<Offer, 'secret'>): string {
    const token = newSecret()
    const made = { ...about, secret: digestSecret(token) }
    offers.add(made)
    setTimeout(() => offers.delete(made) && made.expire(), keptMs).unref()
    return `${WEB_PATHS.download}${token}`
  }

  return {
    async save(fileName, read) {
      const bytes = await read()
      let end = (): void => undefined
      const done = new Promise<void>((resolve) => (end = resolve))
      const path = offer({ name: fileName, take: () => ({ body: bytes, onSent: end }), expire: end })
      return { outcome: { kind: 'offered', path, fileName, bytes: bytes.length }, done }
    },
    open(fileName, signal) {
      const { begin, expire, ...file } = createStreamedFile(signal)
      const path = offer({ name: fileName, take: () => ({ body: begin() }), expire })
      return Promise.resolve({ ...file, target: { kind: 'offered', path, fileName } })
    },
    take(token) {
      const found = [...offers].find(({ secret }) => matchesDigest(token, secret))
      if (found === undefined) return null
      offers.delete(found)
      return {
        status: 200,
        headers: {
          'content-type': 'application/octet-stream',
          // Plain letters only: see `valueFileName`.
          'content-disposition': `attachment; filename="${found.name}"`,
        },
        ...found.take(),
      }
    },
  }
}
