import type { Bytes } from '../../shared/bytes'
import { decodeStep, LONGEST_HASH, viewHash } from '../../shared/view-hash'
import { fixedViews, type FixedView, type Tab } from './tab'

/** Where a page is at: what an address leads to. */
export interface ViewAddress {
  /** The connection looked at; null before there is one. */
  readonly connectionId: string | null
  readonly tab: Tab
  /** The part of a view that shows, by its name there; null for the one it begins with. */
  readonly part: string | null
}

/**
 * The address of a view, as the fragment of a URL: `#/c1/stream/orders?part=entries`. A fragment never leaves the browser,
 * so names of streams reach no server's log. Null where a name is too long for an address.
 */
export function addressHash({ connectionId, tab, part }: ViewAddress): string | null {
  const query = part === null ? '' : `?part=${encodeURIComponent(part)}`
  return viewHash(connectionId ?? '', tab.kind, namesOf(tab), query)
}

/** The view that an address leads to; null where it leads nowhere. It may have been written by anybody. */
export function readAddress(hash: string): ViewAddress | null {
  if (hash.length > LONGEST_HASH || !hash.startsWith('#/')) return null
  const [path = '', query = ''] = hash.slice(2).split('?')
  const steps = path.split('/').map(decodeStep)
  const [connectionId, kind, key, group] = steps
  if (typeof connectionId !== 'string' || typeof kind !== 'string' || steps.includes(null)) return null
  const tab = readTab(kind, steps.length - 2, key ?? '', group ?? '')
  if (tab === null || (connectionId === '' && tab.kind !== 'connections')) return null
  return { connectionId: connectionId === '' ? null : connectionId, tab, part: new URLSearchParams(query).get('part') }
}

function readTab(kind: string, names: number, key: Bytes, group: Bytes): Tab | null {
  if (kind === 'stream' && names === 1) return { kind, key }
  if (kind === 'group' && names === 2) return { kind, key, group }
  return names === 0 && isFixed(kind) ? { kind } : null
}

function isFixed(kind: string): kind is FixedView {
  return (fixedViews as readonly string[]).includes(kind)
}

function namesOf(tab: Tab): readonly Bytes[] {
  if (tab.kind === 'stream') return [tab.key]
  return tab.kind === 'group' ? [tab.key, tab.group] : []
}
