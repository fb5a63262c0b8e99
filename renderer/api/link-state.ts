import { shallowRef } from 'vue'
import { words } from '../../shared/words/words'

/** How the page stands with its host. Times are ms since 1970. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | {
      readonly kind: 'reconnecting'
      readonly sinceMs: number
      readonly nextTryMs: number
      /** It said goodbye: it was ended, and its jobs with it. */
      readonly ended?: boolean
    }
  /** The host no longer knows this page's session; only a new launch address helps. */
  | { readonly kind: 'unauthorised' }

export const linkState = shallowRef<LinkState>({ kind: 'connecting' })

/** A call could not be carried to the host, or its answer was lost on the way. What it asked for may have happened. */
export class HostLostError extends Error {
  override readonly name = 'HostLostError'
  constructor() {
    super(words.link.lost)
  }
}
