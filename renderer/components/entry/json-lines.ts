import { childCount, type JsonNode } from './json-tree'

/** One line of a tree on screen. `path` is unique in the tree, also where keys repeat. */
export interface JsonLine {
  readonly path: string
  readonly parent: string | null
  readonly depth: number
  /** The member's key, or the item's index as text; null for the root. */
  readonly key: string | null
  readonly keyKind: 'member' | 'index' | null
  readonly node: JsonNode
  readonly children: number
  readonly open: boolean
}

interface Child {
  readonly key: string
  readonly keyKind: 'member' | 'index'
  readonly node: JsonNode
}

function childrenOf(node: JsonNode): readonly Child[] {
  if (node.kind === 'object')
    return node.members.map(({ key, value }) => ({ key, keyKind: 'member' as const, node: value }))
  if (node.kind === 'array')
    return node.items.map((item, index) => ({ key: String(index), keyKind: 'index' as const, node: item }))
  return []
}

/** The lines of a tree, top down. `isOpen` is asked for every object and array that has children. */
export function jsonLines(root: JsonNode, isOpen: (path: string, depth: number) => boolean): readonly JsonLine[] {
  const lines: JsonLine[] = []
  function visit(node: JsonNode, path: string, parent: string | null, depth: number, child: Child | null): void {
    const children = childCount(node)
    const open = children > 0 && isOpen(path, depth)
    lines.push({ path, parent, depth, key: child?.key ?? null, keyKind: child?.keyKind ?? null, node, children, open })
    if (!open) return
    childrenOf(node).forEach((below, index) => visit(below.node, `${path}/${index}`, path, depth + 1, below))
  }
  visit(root, '', null, 0, null)
  return lines
}

/** How many levels may start open so that the tree begins with at most `limit` lines; at least the first level. */
export function openingDepth(root: JsonNode, limit: number): number {
  let level: readonly JsonNode[] = [root]
  let shown = 1
  for (let depth = 0; level.length > 0; depth += 1) {
    const below = level.flatMap((node) => childrenOf(node).map((child) => child.node))
    shown += below.length
    if (shown > limit && depth > 0) return depth
    level = below
  }
  return Number.POSITIVE_INFINITY
}
