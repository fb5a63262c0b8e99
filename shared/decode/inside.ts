import type { Inside, TreeNode } from './tree'

const LEAST = 2
const MOST = 262_144
const MOST_STRINGS = 200
/** Text that may be a format of its own; each is asked only once. */
const LOOKS_ENCODED = /^\s*[[{]|^(?:a:\d+:\{|O:\d+:")|^\\?"[[{]|^[A-Za-z0-9+/_-]{24,}={0,2}$/

/** Texts in a tree that are formats of their own, opened: JSON in JSON, base64 in a header. Of a tree with many, the first ones. */
export function openInside(root: TreeNode, open: (text: string) => Inside | null): TreeNode {
  let left = MOST_STRINGS
  function visit(node: TreeNode): TreeNode {
    if (left <= 0) return node
    if (node.kind === 'object') {
      const values = node.members.map(({ value }) => visit(value))
      if (values.every((value, at) => value === node.members[at]?.value)) return node
      return { ...node, members: node.members.map((member, at) => ({ ...member, value: values[at] ?? member.value })) }
    }
    if (node.kind === 'array') {
      const items = node.items.map(visit)
      return items.every((item, at) => item === node.items[at]) ? node : { ...node, items }
    }
    if (node.kind !== 'string' || node.text.length < LEAST || node.text.length > MOST) return node
    if (!LOOKS_ENCODED.test(node.text)) return node
    left -= 1
    const inside = open(node.text)
    return inside === null ? node : { ...node, inside }
  }
  return visit(root)
}
