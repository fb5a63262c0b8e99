import { bytesKey, displayBytes, type Bytes } from '../../shared/bytes'
import { naturalOrder } from '../../shared/natural-order'

/** A stream's key with what lists need of it, worked out once. */
export interface StreamName {
  readonly id: string
  readonly key: Bytes
  readonly text: string
  /** The text in lower case, to search in. */
  readonly folded: string
}

export function streamName(key: Bytes): StreamName {
  const text = displayBytes(key)
  return { id: bytesKey(key), key, text, folded: text.toLowerCase() }
}

export function byText(a: StreamName, b: StreamName): number {
  return naturalOrder(a.text, b.text)
}

/** A stream in the tree. `name` is what is left of its key below its folder. */
export interface StreamLeaf {
  readonly kind: 'stream'
  readonly id: string
  readonly name: string
  readonly key: Bytes
}

export interface StreamFolder {
  readonly kind: 'folder'
  /** The whole prefix with the delimiter at its end. */
  readonly id: string
  readonly name: string
  readonly children: readonly StreamNode[]
  /** Streams below it, at any depth. */
  readonly streams: number
}

export type StreamNode = StreamLeaf | StreamFolder

/** Children in the order in which they came: a stream, or what is below a folder. */
interface Branch {
  readonly children: (StreamLeaf | string)[]
  readonly folders: Map<string, Branch>
}

function emptyBranch(): Branch {
  return { children: [], folders: new Map() }
}

/**
 * Folders by the delimiter in the streams' names, which come sorted. A folder that would hold a single stream, or only one
 * other folder, is no help and is joined to what it holds. An empty delimiter makes a flat list.
 */
export function buildTree(names: readonly StreamName[], delimiter: string): readonly StreamNode[] {
  const root = emptyBranch()
  for (const { id, key, text } of names) {
    const parts = delimiter === '' ? [text] : text.split(delimiter)
    const name = parts.pop() ?? text
    let branch = root
    for (const part of parts) {
      let next = branch.folders.get(part)
      if (!next) {
        next = emptyBranch()
        branch.folders.set(part, next)
        branch.children.push(part)
      }
      branch = next
    }
    branch.children.push({ kind: 'stream', id, name, key })
  }
  return childrenOf(root, '', delimiter)
}

function childrenOf(branch: Branch, prefix: string, delimiter: string): readonly StreamNode[] {
  return branch.children.flatMap((child) => {
    if (typeof child !== 'string') return child
    const below = branch.folders.get(child)
    return below ? fold(child, below, prefix, delimiter) : []
  })
}

function fold(part: string, branch: Branch, prefix: string, delimiter: string): StreamNode {
  const name = part + delimiter
  const id = prefix + name
  const children = childrenOf(branch, id, delimiter)
  const [only] = children
  if (children.length === 1 && only) return { ...only, name: name + only.name }
  let streams = 0
  for (const child of children) streams += child.kind === 'folder' ? child.streams : 1
  return { kind: 'folder', id, name, children, streams }
}

export interface TreeRow {
  readonly node: StreamNode
  readonly depth: number
  readonly expanded: boolean
  /** Its position among its siblings, from 1, and how many they are. */
  readonly position: number
  readonly siblings: number
}

/** The rows that show: what is below folders that are open. */
export function visibleRows(nodes: readonly StreamNode[], isOpen: (folderId: string) => boolean): readonly TreeRow[] {
  const rows: TreeRow[] = []
  const walk = (level: readonly StreamNode[], depth: number): void => {
    level.forEach((node, at) => {
      const expanded = node.kind === 'folder' && isOpen(node.id)
      rows.push({ node, depth, expanded, position: at + 1, siblings: level.length })
      if (expanded) walk(node.children, depth + 1)
    })
  }
  walk(nodes, 0)
  return rows
}

/** Streams whose name holds every word typed, in any case. */
export function filterNames(names: readonly StreamName[], typed: string): readonly StreamName[] {
  const parts = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (parts.length === 0) return names
  return names.filter(({ folded }) => parts.every((part) => folded.includes(part)))
}
