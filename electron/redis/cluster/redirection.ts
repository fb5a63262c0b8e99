import { isAppError } from '../../../shared/error'
import type { NodeAddress } from './slot-map'

/**
 * What a node says instead of carrying a command out: nothing was done. `moved`: the slot is another node's from now on.
 * `ask`: this once, the other node has the key already. `try-again`: of several keys some have moved and some have not.
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#redirection-and-resharding
 */
export type Redirection =
  { readonly kind: 'moved' | 'ask'; readonly slot: number; readonly to: NodeAddress } | { readonly kind: 'try-again' }

/** Null: it is no redirection. `from`: who said so, for a node that names no host. */
export function redirectionIn(error: unknown, from: string): Redirection | null {
  if (!isAppError(error, 'REDIS')) return null
  const { prefix, reply } = error.data
  if (prefix === 'TRYAGAIN') return { kind: 'try-again' }
  if (prefix !== 'MOVED' && prefix !== 'ASK') return null
  const [, slot, host, port] = /^\w+ (\d{1,5}) (.*):(\d{1,5})$/.exec(reply.trim()) ?? []
  if (slot === undefined || host === undefined || port === undefined) return null
  const to = { host: host === '' ? from.replace(/:\d+$/, '') : host, port: Number(port) }
  return { kind: prefix === 'MOVED' ? 'moved' : 'ask', slot: Number(slot), to }
}
