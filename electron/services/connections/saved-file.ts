import { AppError } from '../../../shared/error'
import { connectionProfile, type ConnectionProfile } from '../../../shared/model/connection'
import type { JsonContent, JsonFile } from '../lib/json-file'

/** Where a connection stands in the list. `before`: another one; null: at the end. */
export interface ListPosition {
  readonly before: string | null
  readonly folder: string
}

/** Saved connections by id, in their order. */
export type Saved = ReadonlyMap<string, ConnectionProfile>

/** Those that are understood. `damaged`: there is something else, too. */
export function readSaved(content: JsonContent): { readonly saved: Saved; readonly damaged: boolean } {
  const listed = content['connections']
  const saved = new Map<string, ConnectionProfile>()
  let damaged = listed !== undefined && !Array.isArray(listed)
  for (const item of itemsOf(content)) {
    const id = idOf(item)
    const profile = connectionProfile.safeParse(item)
    if (id !== null && profile.success) saved.set(id, profile.data)
    else damaged = true
  }
  return { saved, damaged }
}

/** Keeps a damaged file aside, and goes on with what of it is understood. Throws STORAGE. */
export async function mendSaved(file: JsonFile): Promise<void> {
  const isDamaged = (content: JsonContent): boolean => readSaved(content).damaged
  if (!isDamaged(file.content)) return
  const repair = (content: JsonContent): JsonContent => fileContent(readSaved(content).saved)
  await file.mend(isDamaged, repair, 'damaged-connection')
}

/**
 * The content with one more connection, or with one changed. The others stay letter for letter: another process, perhaps
 * a newer Sluice, knows best what they hold. Throws NOT_FOUND where one that is to be `change`d was removed meanwhile.
 */
export function withConnection(
  content: JsonContent,
  id: string,
  change: boolean,
  profileOf: (now: ConnectionProfile | null) => ConnectionProfile,
): JsonContent {
  const items = itemsOf(content)
  const at = items.findIndex((item) => idOf(item) === id)
  if (change && at === -1) throw noSuchConnection(id)
  const now = connectionProfile.safeParse(items[at])
  const item = { ...(items[at] as object | undefined), id, ...profileOf(now.success ? now.data : null) }
  return { ...content, version: 1, connections: at === -1 ? [...items, item] : items.with(at, item) }
}

/**
 * The content with a connection of another folder, at another position: before the one that is named, or behind all others. One
 * that is not there any more is no position: the connection goes to the end.
 */
export function withPosition(content: JsonContent, id: string, { before, folder }: ListPosition): JsonContent {
  const items = itemsOf(content)
  const item = items.find((each) => idOf(each) === id)
  if (item === undefined) throw noSuchConnection(id)
  const others = items.filter((each) => each !== item)
  const found = others.findIndex((each) => idOf(each) === before)
  const at = found === -1 ? others.length : found
  return { ...content, version: 1, connections: others.toSpliced(at, 0, { ...(item as object), folder }) }
}

export function withoutConnection(content: JsonContent, id: string): JsonContent {
  return { ...content, version: 1, connections: itemsOf(content).filter((item) => idOf(item) !== id) }
}

/** What a person changed, from what they were shown to what they saved, done to what is there by now. */
export function mergeProfile(
  now: ConnectionProfile,
  shown: ConnectionProfile,
  wanted: ConnectionProfile,
): ConnectionProfile {
  const changed = Object.entries(wanted).filter(([name, value]) => {
    return JSON.stringify(value) !== JSON.stringify(shown[name as keyof ConnectionProfile])
  })
  return connectionProfile.parse({ ...now, ...Object.fromEntries(changed) })
}

export function noSuchConnection(id: string): AppError<'NOT_FOUND'> {
  return new AppError('NOT_FOUND', { what: 'connection', name: id })
}

function fileContent(saved: Saved): JsonContent {
  return { version: 1, connections: [...saved].map(([id, profile]) => ({ id, ...profile })) }
}

function itemsOf(content: JsonContent): readonly unknown[] {
  const listed = content['connections']
  return Array.isArray(listed) ? (listed as readonly unknown[]) : []
}

function idOf(item: unknown): string | null {
  const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : null
  return typeof id === 'string' && id !== '' ? id : null
}
