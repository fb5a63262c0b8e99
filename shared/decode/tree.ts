/**
 * What a value was decoded to, whatever its format: a tree that loses nothing. Numbers keep their digits (ids and counters are
 * often past 2^53), objects their order and repeated keys. All of it is text, to be shown as text.
 */
export type TreeNode = ObjectNode | ArrayNode | StringNode | LeafNode

interface Noted {
  /** What the format says of it beside its value: a class, a tag, a type of the wire. */
  readonly note?: string | undefined
}

export interface ObjectNode extends Noted {
  readonly kind: 'object'
  readonly members: readonly TreeMember[]
}

export interface ArrayNode extends Noted {
  readonly kind: 'array'
  readonly items: readonly TreeNode[]
}

export interface StringNode extends Noted {
  readonly kind: 'string'
  readonly text: string
  /** What the text itself is, where it is encoded: JSON in JSON. */
  readonly inside?: Inside | undefined
}

export interface Inside {
  readonly chain: readonly string[]
  readonly root: TreeNode
}

/** `bytes`: their hex. `mark`: something that is no value, as an instruction or a reference. */
export interface LeafNode extends Noted {
  readonly kind: 'number' | 'boolean' | 'null' | 'bytes' | 'time' | 'mark'
  readonly text: string
}

export interface TreeMember {
  readonly key: string
  readonly value: TreeNode
  /** The key is no string: a number, a field of the wire. */
  readonly bare?: true | undefined
}

export function childCount(node: TreeNode): number {
  if (node.kind === 'object') return node.members.length
  if (node.kind === 'array') return node.items.length
  return node.kind === 'string' && node.inside ? childCount(node.inside.root) : 0
}

export function stringNode(text: string, note?: string): StringNode {
  return note === undefined ? { kind: 'string', text } : { kind: 'string', text, note }
}

export function leaf(kind: LeafNode['kind'], text: string | number | bigint, note?: string): LeafNode {
  return note === undefined ? { kind, text: String(text) } : { kind, text: String(text), note }
}

const NULL = leaf('null', 'null')
export const nullNode = (): LeafNode => NULL

export function booleanNode(value: boolean): LeafNode {
  return leaf('boolean', String(value))
}

/** How a key that is itself a value reads: maps of MessagePack and CBOR have any. */
export function keyOf(node: TreeNode | null): Pick<TreeMember, 'key' | 'bare'> {
  if (node?.kind === 'string') return { key: node.text }
  return { key: node === null ? '…' : brief(node, KEY_CHARS), bare: true }
}

const KEY_CHARS = 200

/** A list or a map as the key of another one: as far as there is room. */
function brief(node: TreeNode, most: number): string {
  if (node.kind !== 'object' && node.kind !== 'array') return node.text.slice(0, most)
  const [open, close] = node.kind === 'object' ? ['{', '}'] : ['[', ']']
  const children: readonly (readonly [string, TreeNode])[] =
    node.kind === 'object'
      ? node.members.map(({ key, value }) => [`${key}: `, value] as const)
      : node.items.map((item) => ['', item] as const)
  let text = ''
  for (const [name, child] of children) {
    const room = most - text.length - name.length
    if (room <= 0) return `${open}${text}, …${close}`
    text += `${text === '' ? '' : ', '}${name}${brief(child, room)}`
  }
  return `${open}${text}${close}`
}
