import type { Inside, TreeNode } from './tree'
import { looksBase64 } from './alphabets'

const LEAST = 2
const MOST = 262_144
const MOST_STRINGS = 200
const LEAST_BASE64 = 24
/** Text that may be a format of its own; each is asked only once. */
const LOOKS_ENCODED = /^\s*[[{]|^(?:a:\d+:\{|O:\d+:")|^\\?"[[{]/

/** Texts in a tree that are formats of their own, opened: JSON in JSON, base64 in a header. Of a tree with many, the first ones. `open` is told how deep the text lies. */
export function openInside(root: TreeNode, open: (text: string, depth: number) => Inside | null): TreeNode {
  let left = MOST_STRINGS
  function visit(node: TreeNode, depth: number): TreeNode {
    if (left <= 0) return node
    if (node.kind === 'object') {
      const values = node.members.map(({ value }) => visit(value, depth + 1))
      if (values.every((value, at) => value === node.members[at]?.value)) return node
      return { ...node, members: node.members.map((member, at) => ({ ...member, value: values[at] ?? member.value })) }
    }
    if (node.kind === 'array') {
      const items = node.items.map((item) => visit(item, depth + 1))
      return items.every((item, at) => item === node.items[at]) ? node : { ...node, items }
    }
    if (node.kind !== 'string' || node.text.length < LEAST || node.text.length > MOST) return node
    if (!looksEncoded(node.text)) return node
    left -= 1
    const inside = open(node.text, depth)
    return inside === null ? node : { ...node, inside }
  }
  return visit(root, 0)
}

function looksEncoded(text: string): boolean {
  return LOOKS_ENCODED.test(text) || (text.length >= LEAST_BASE64 && looksBase64(text))
}
