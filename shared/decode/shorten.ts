import type { TreeNode } from './tree'

/**
 * A tree with no more text in it, all together, than `most` characters, keys included: it goes over the line, and a value of one member may be all of
 * what was unpacked. What finds no room is cut, and `isCut` says so.
 */
export function shortenTree(root: TreeNode, most: number): { readonly root: TreeNode; readonly isCut: boolean } {
  let left = most
  let isCut = false
  function text(whole: string): string {
    const short = whole.length > left ? whole.slice(0, left) : whole
    left -= short.length
    if (short.length < whole.length) isCut = true
    return short
  }
  function visit(node: TreeNode): TreeNode {
    switch (node.kind) {
      case 'object':
        return {
          ...node,
          members: node.members.map(({ key, value, ...rest }) => ({ ...rest, key: text(key), value: visit(value) })),
        }
      case 'array':
        return { ...node, items: node.items.map(visit) }
      case 'string': {
        const { inside } = node
        const short = { ...node, text: text(node.text) }
        return inside ? { ...short, inside: { ...inside, root: visit(inside.root) } } : short
      }
      default:
        return { ...node, text: text(node.text) }
    }
  }
  return { root: visit(root), isCut }
}
