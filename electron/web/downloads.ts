import type { SaveFile } from '../services/inspection/save-file'
import type { Reply } from './reply'
import { digestSecret, matchesDigest, newSecret, type SecretDigest } from './secret'
import { WEB_PATHS } from '../../shared/web-paths'

/** Files for the browser: each is at a path that only the page that asked for it is told, and that works once. */
export interface Downloads {
  readonly save: SaveFile
  /** The file of a path below `WEB_PATHS.download`; null where there is none, or none any more. */
  take(token: string): Reply | null
}

const KEPT_MS = 60_000

interface Offer {
  readonly secret: SecretDigest
  readonly name: string
  readonly bytes: Buffer
  readonly end: () => void
}

/** What nobody fetches within `keptMs` is dropped. */
export function createDownloads({ keptMs = KEPT_MS }: { readonly keptMs?: number } = {}): Downloads {
  const offers = new Set<Offer>()
  return {
    async save(fileName, read) {
      const bytes = await read()
      const token = newSecret()
      const done = new Promise<void>((resolve) => {
        const offer = { secret: digestSecret(token), name: fileName, bytes, end: resolve }
        offers.add(offer)
        setTimeout(() => offers.delete(offer) && resolve(), keptMs).unref()
      })
      const outcome = { kind: 'offered', path: `${WEB_PATHS.download}${token}`, fileName, bytes: bytes.length } as const
      return { outcome, done }
    },
    take(token) {
      const offer = [...offers].find(({ secret }) => matchesDigest(token, secret))
      if (offer === undefined) return null
      offers.delete(offer)
      return {
        status: 200,
        headers: {
          'content-type': 'application/octet-stream',
          // Plain letters only: see `valueFileName`.
          'content-disposition': `attachment; filename="${offer.name}"`,
        },
        body: offer.bytes,
        onSent: offer.end,
      }
    },
  }
}
