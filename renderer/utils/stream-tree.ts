import { bytesKey, displayBytes, type Bytes } from '../../shared/bytes'

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

interface Branch {
  readonly folders: Map<string, Branch>
  readonly leaves: StreamLeaf[]
}

const collator = new Intl.Collator('en', { numeric: true })

/**
 * Folders by the delimiter in the streams' names. A folder that would hold a single stream, or only one other folder, is
 * no help and is joined to what it holds. An empty delimiter makes a flat list.
 */
export function buildTree(keys: readonly Bytes[], delimiter: string): readonly StreamNode[] {
  const root: Branch = { folders: new Map(), leaves: [] }
  for (const key of keys) {
    const text = displayBytes(key)
    const parts = delimiter === '' ? [text] : text.split(delimiter)
    const name = parts.pop() ?? text
    let branch = root
    for (const part of parts) {
      let next = branch.folders.get(part)
      if (!next) branch.folders.set(part, (next = { folders: new Map(), leaves: [] }))
      branch = next
    }
    branch.leaves.push({ kind: 'stream', id: bytesKey(key), name, key })
  }
  return childrenOf(root, '', delimiter)
}

function childrenOf(branch: Branch, prefix: string, delimiter: string): readonly StreamNode[] {
  const nodes: StreamNode[] = [...branch.leaves]
  for (const [part, below] of branch.folders) nodes.push(fold(part, below, prefix, delimiter))
  return nodes.sort(
    (a, b) => collator.compare(a.name, b.name) || (a.kind === b.kind ? 0 : a.kind === 'stream' ? -1 : 1),
  )
}

function fold(part: string, branch: Branch, prefix: string, delimiter: string): StreamNode {
  const name = part + delimiter
  const id = prefix + name
  const children = childrenOf(branch, id, delimiter)
  const [only] = children
  if (children.length === 1 && only) return { ...only, name: name + only.name }
  const streams = children.reduce((sum, child) => sum + (child.kind === 'folder' ? child.streams : 1), 0)
  return { kind: 'folder', id, name, children, streams }
}

export interface TreeRow {
  readonly node: StreamNode
  readonly depth: number
  readonly expanded: boolean
  /** Its place among its siblings, from 1, and how many they are. */
  readonly place: number
  readonly siblings: number
}

/** The rows that show: what is below folders that are open. */
export function visibleRows(nodes: readonly StreamNode[], isOpen: (folderId: string) => boolean): readonly TreeRow[] {
  const rows: TreeRow[] = []
  const walk = (level: readonly StreamNode[], depth: number): void => {
    level.forEach((node, at) => {
      const expanded = node.kind === 'folder' && isOpen(node.id)
      rows.push({ node, depth, expanded, place: at + 1, siblings: level.length })
      if (expanded) walk(node.children, depth + 1)
    })
  }
  walk(nodes, 0)
  return rows
}

/** Keys whose name holds every word typed, in any case. */
export function filterKeys(keys: readonly Bytes[], typed: string): readonly Bytes[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return keys
  return keys.filter((key) => {
    const text = displayBytes(key).toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
