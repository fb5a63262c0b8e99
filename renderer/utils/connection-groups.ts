import type { Connection } from '../../shared/model/connection'
import { words } from '../../shared/words/words'

/** Connections of one folder, in their order; `folder` empty: in none. */
export interface ConnectionGroup {
  readonly folder: string
  readonly connections: readonly Connection[]
}

/** Those in no folder first, then the folders in the order in which the first of each comes. */
export function groupConnections(list: readonly Connection[]): readonly ConnectionGroup[] {
  const folders = new Map<string, Connection[]>([['', []]])
  for (const connection of list) {
    const folder = connection.folder ?? ''
    const of = folders.get(folder) ?? []
    of.push(connection)
    folders.set(folder, of)
  }
  return [...folders].flatMap(([folder, connections]) => (connections.length > 0 ? [{ folder, connections }] : []))
}

/** Those in which each word that is typed is found: in the name, the address, the user, the folder, the notes, the environment. */
export function filterConnections(list: readonly Connection[], typed: string): readonly Connection[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return list
  return list.filter((connection) => {
    const { name, username, folder = '', notes = '', environment } = connection
    const text = [name, words.endpoint.text(connection), username, folder, notes, environment].join('\n').toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

/** Where a connection goes: before another one, or (null) behind all that are in the folder. */
export interface ListPosition {
  readonly before: string | null
  readonly folder: string
}

/** One step up or down among those shown, across the edges of folders; null: there is none. */
export function positionBeside(groups: readonly ConnectionGroup[], id: string, by: -1 | 1): ListPosition | null {
  const at = groups.findIndex(({ connections }) => connections.some((each) => each.id === id))
  const group = groups[at]
  if (!group) return null
  const index = group.connections.findIndex((each) => each.id === id)
  const { folder, connections } = group
  const target = index + by
  if (target >= 0 && target < connections.length) {
    return { folder, before: connections[by < 0 ? target : target + 1]?.id ?? null }
  }
  const next = groups[at + by]
  if (!next) return null
  return { folder: next.folder, before: by < 0 ? null : (next.connections[0]?.id ?? null) }
}
