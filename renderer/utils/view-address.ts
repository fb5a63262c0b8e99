import { fromUint8Array, toUint8Array, type Bytes } from '../../shared/bytes'
import { fixedViews, type FixedView, type Tab } from './tab'

/** Where a page is at: what an address leads to. */
export interface ViewAddress {
  /** The connection looked at; null before there is one. */
  readonly connectionId: string | null
  readonly tab: Tab
  /** The part of a view that shows, by its name there; null for the one it begins with. */
  readonly part: string | null
}

/** Longer addresses are cut off by browsers and mail alike; Redis allows names of 512 MB. Characters. */
const LONGEST = 4_000

/**
 * The address of a view, as the fragment of a URL: `#/c1/stream/orders?part=entries`. A fragment never leaves the browser,
 * so names of streams reach no server's log. Null where a name is too long for an address.
 */
export function addressHash({ connectionId, tab, part }: ViewAddress): string | null {
  const steps = [connectionId ?? '', tab.kind, ...namesOf(tab)]
  const hash = `#/${steps.map(encodeStep).join('/')}${part === null ? '' : `?part=${encodeURIComponent(part)}`}`
  return hash.length > LONGEST ? null : hash
}

/** The view that an address leads to; null where it leads nowhere. It may have been written by anybody. */
export function readAddress(hash: string): ViewAddress | null {
  if (hash.length > LONGEST || !hash.startsWith('#/')) return null
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

/** Text as it is; other bytes as `~` and their URL-safe base64, so that a text never begins with `~`. */
function encodeStep(name: Bytes): string {
  if (typeof name === 'string') return encodeURIComponent(name).replace(/^~/, '%7E')
  return `~${name.base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

function decodeStep(step: string): Bytes | null {
  try {
    if (!step.startsWith('~')) return decodeURIComponent(step)
    const base64 = step.slice(1).replaceAll('-', '+').replaceAll('_', '/')
    // One value has one form: bytes that are a text are that text.
    return fromUint8Array(toUint8Array({ base64 }))
  } catch {
    return null
  }
}
