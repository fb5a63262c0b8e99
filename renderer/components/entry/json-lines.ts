import { displayBytes } from '../../../shared/bytes'
import { childCount, type TreeNode } from '../../../shared/decode/tree'

/** One line of a tree on screen. `path` is unique in the tree, also where keys repeat. */
export interface JsonLine {
  readonly path: string
  readonly parent: string | null
  readonly depth: number
  /** The member's key, or the item's index as text; null for the root. */
  readonly key: string | null
  readonly keyKind: 'member' | 'bare' | 'index' | null
  readonly node: TreeNode
  readonly children: number
  /** Children listed below it; 0 when it is closed. */
  readonly listed: number
}

interface Child {
  readonly key: string
  readonly keyKind: 'member' | 'bare' | 'index'
  readonly node: TreeNode
}

function childrenOf(node: TreeNode, most = Infinity): readonly Child[] {
  if (node.kind === 'object')
    return node.members
      .slice(0, most)
      .map(({ key, value, bare }) => ({ key, keyKind: bare === true ? 'bare' : 'member', node: value }))
  if (node.kind === 'array')
    return node.items.slice(0, most).map((item, index) => ({ key: String(index), keyKind: 'index', node: item }))
  return node.kind === 'string' && node.inside ? childrenOf(node.inside.root, most) : []
}

/** The lines of a tree, top down. `listed` says how many children of an object or array are to show; 0 closes it. */
export function jsonLines(root: TreeNode, listed: (path: string, depth: number) => number): readonly JsonLine[] {
  const lines: JsonLine[] = []
  function visit(node: TreeNode, path: string, parent: string | null, depth: number, child: Child | null): void {
    const children = childCount(node)
    const shown = children === 0 ? 0 : Math.min(children, listed(path, depth))
    lines.push({
      path,
      parent,
      depth,
      key: child?.key ?? null,
      keyKind: child?.keyKind ?? null,
      node,
      children,
      listed: shown,
    })
    childrenOf(node, shown).forEach((below, index) => visit(below.node, `${path}/${index}`, path, depth + 1, below))
  }
  visit(root, '', null, 0, null)
  return lines
}

/** How many levels may start open so that the tree begins with about `limit` lines at most; at least the first level. */
export function openingDepth(root: TreeNode, limit: number, childLimit: number): number {
  let level: readonly TreeNode[] = [root]
  let shown = 1
  for (let depth = 0; level.length > 0; depth += 1) {
    const below = level.flatMap((node) => childrenOf(node, childLimit).map((child) => child.node))
    shown += below.length
    if (shown > limit && depth > 0) return depth
    level = below
  }
  return Number.POSITIVE_INFINITY
}

/** A closed object or array in a few words: `{"sku": "A0", "big": 9…}`. Cut at about `most` characters. */
export function previewJson(node: TreeNode, most: number): string {
  if (node.kind === 'string' && node.inside) return previewJson(node.inside.root, most)
  if (node.kind === 'string') return `"${displayBytes(node.text.slice(0, most))}${node.text.length > most ? '…' : ''}"`
  if (node.kind !== 'object' && node.kind !== 'array') return cutText(node.text, most)
  const [open, close] = node.kind === 'object' ? ['{', '}'] : ['[', ']']
  let text = ''
  // Each child takes three characters at least.
  for (const { key, keyKind, node: child } of childrenOf(node, Math.ceil(most / 3) + 1)) {
    if (text.length >= most) return `${open}${text}, …${close}`
    const name = keyKind !== 'index' ? `${displayBytes(key.slice(0, most))}: ` : ''
    text += `${text === '' ? '' : ', '}${name}${previewJson(child, Math.max(0, most - text.length - name.length))}`
  }
  return `${open}${text}${close}`
}

function cutText(text: string, most: number): string {
  return displayBytes(text.length > most ? `${text.slice(0, most)}…` : text)
}
