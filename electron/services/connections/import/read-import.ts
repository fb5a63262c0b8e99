import { message } from '../../../../shared/words/messages'
import { MOST_LISTED } from '../listed'
import { parseAddress } from '../parse-address'
import { badAddress } from '../parse-url'
import { fromAnotherManager, isOfAnotherManager } from './another-manager'
import type { Foreign, ImportItem } from './import-item'
import { fromOwn, isOwn, wellRead } from './own-item'
import { fromRedisInsight, isOfRedisInsight } from './redis-insight'

const KINDS: readonly { readonly is: (item: Foreign) => boolean; readonly read: (item: Foreign) => ImportItem }[] = [
  { is: isOwn, read: fromOwn },
  { is: isOfRedisInsight, read: fromRedisInsight },
  { is: isOfAnotherManager, read: fromAnotherManager },
]

/**
 * Connections in a text: addresses, one a line; JSON as Sluice or Redis Insight export it; or the base64 of JSON, as Another
 * Redis Desktop Manager does. Nothing but these is read, and no file. Throws BAD_INPUT where it is none of them, or too many.
 */
export function readImport(text: string): readonly ImportItem[] {
  const json = jsonOf(text)
  const items = json === null ? linesOf(text).map(fromLine) : listOf(json).map(fromItem)
  if (items.length === 0) throw badAddress('text', message('import.nothing'), message('import.give'))
  return items
}

function fromLine(line: string): ImportItem {
  return wellRead('', () => {
    const { profile, password } = parseAddress(line)
    return { name: profile.name, profile, secrets: { password: password ?? undefined }, notes: [] }
  })
}

function fromItem(item: unknown): ImportItem {
  const foreign = typeof item === 'object' && item !== null ? (item as Foreign) : {}
  const kind = KINDS.find(({ is }) => is(foreign))
  return kind?.read(foreign) ?? { name: '', profile: null, reason: message('import.not-known') }
}

/** Those that say something; a comment begins with #. */
function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  return within(lines.filter((line) => line !== '' && !line.startsWith('#')))
}

function jsonOf(text: string): unknown {
  const typed = text.trim().replace(/^\uFEFF/, '')
  const isBase64 = typed.length >= 4 && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(typed)
  const json = isBase64 ? Buffer.from(typed, 'base64').toString('utf8').trim() : typed
  if (!/^[[{]/.test(json)) return null
  try {
    return JSON.parse(json) as unknown
  } catch {
    // What JSON.parse says quotes the text. A text of one word may look like base64 by chance.
    if (isBase64) return null
    throw badAddress('text', message('import.no-json'), message('import.give'))
  }
}

function listOf(json: unknown): readonly unknown[] {
  const listed = Array.isArray(json) ? json : (json as Foreign)['connections']
  if (Array.isArray(listed)) return within(listed as readonly unknown[])
  return [json]
}

function within<T>(items: readonly T[]): readonly T[] {
  if (items.length > MOST_LISTED) {
    throw badAddress('text', message('import.too-many', { most: MOST_LISTED }), message('import.fewer'))
  }
  return items
}
