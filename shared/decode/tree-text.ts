import type { TreeNode } from './tree'

/**
 * A tree as the JSON that says the same: digits as they are, members in order, also repeated ones; what a text is in itself stays text. Null where JSON has no word for
 * something in it (bytes, times, keys that are no text), so that nothing is copied that is only nearly what was there.
 */
export function jsonOfTree(node: TreeNode): string | null {
  if (node.note?.startsWith('≠') === true || node.note === 'JSON Lines') return null
  switch (node.kind) {
    case 'object': {
      const members = node.members.map(({ key, value, bare }) => {
        const text = bare === true ? null : jsonOfTree(value)
        return text === null ? null : `${JSON.stringify(key)}:${text}`
      })
      return members.includes(null) ? null : `{${members.join()}}`
    }
    case 'array': {
      const items = node.items.map(jsonOfTree)
      return items.includes(null) ? null : `[${items.join()}]`
    }
    case 'string':
      return JSON.stringify(node.text)
    case 'number':
      return JSON_NUMBER.test(node.text) ? node.text : null
    case 'boolean':
      return node.text
    case 'null':
      return node.text === 'null' ? 'null' : null
    default:
      return null
  }
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
