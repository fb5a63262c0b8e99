import { stringNode, type TreeMember, type TreeNode } from '../decode/tree'
import { HIDDEN } from './hidden'
import type { MaskString } from './mask-json'
import type { NameMask, NamePath } from './names'

const HIDDEN_NODE = stringNode(HIDDEN)
/** And what is hidden already. */
const NOTHING: ReadonlySet<string> = new Set(['', 'null', HIDDEN])

/** A decoded value with those of hidden keys replaced; the same node where there are none. `inString`: for what is text. */
export function maskTree(mask: NameMask, node: TreeNode, path: NamePath, inString: MaskString): TreeNode {
  switch (node.kind) {
    case 'object': {
      const members = node.members.map((member) => maskMember(mask, member, path, inString))
      return members.every((member, at) => member === node.members[at]) ? node : { ...node, members }
    }
    case 'array': {
      const items = node.items.map((item) => maskTree(mask, item, path, inString))
      return items.every((item, at) => item === node.items[at]) ? node : { ...node, items }
    }
    case 'string': {
      const inner = node.inside && maskTree(mask, node.inside.root, path, inString)
      if (node.inside && inner && inner !== node.inside.root)
        return { ...node, text: HIDDEN, inside: { ...node.inside, root: inner } }
      const text = inString(node.text, path)
      return text === null ? node : { ...node, text, inside: undefined }
    }
    case 'bytes':
      // Their hex says as much as they do.
      return inString(node.text.replace('…', ''), path) === null ? node : HIDDEN_NODE
    default:
      return node
  }
}

function maskMember(mask: NameMask, member: TreeMember, path: NamePath, inString: MaskString): TreeMember {
  const told = mask.within(path, member.key)
  const { value } = member
  const isEmpty = 'text' in value && NOTHING.has(value.text)
  if (told.hides) return isEmpty ? member : { ...member, value: HIDDEN_NODE }
  const masked = maskTree(mask, value, told.path, inString)
  return masked === value ? member : { ...member, value: masked }
}
