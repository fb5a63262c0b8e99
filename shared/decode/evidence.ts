import type { TreeMember, TreeNode } from './tree'

/*
 * MessagePack, CBOR and protobuf have no mark: many bytes of chance read as one of them. What is read so counts as that only where chance would
 * hardly have made it, which is reckoned in bits: so many that one in 2^bits of all bytes would read as well.
 */
const [LEAST_BITS, LEAST_BITS_PROTOBUF, LEAST_BITS_OF_TEXT, LEAST_BITS_WITHIN] = [10, 12, 8, 18]

/** `within`: it is what another layer was opened for, which has no mark either. `isText`: the bytes are UTF-8, so that texts in them prove little. */
export interface Circumstances {
  readonly isText: boolean
  readonly within: boolean
}

export function isLikelyPacked(root: TreeNode, around: Circumstances): boolean {
  return bitsOf(root, charBits(around)) >= (around.within ? LEAST_BITS_WITHIN : LEAST_BITS)
}

export function isLikelyProtobuf(root: TreeNode, around: Circumstances): boolean {
  const least = around.within ? LEAST_BITS_WITHIN : around.isText ? LEAST_BITS_OF_TEXT : LEAST_BITS_PROTOBUF
  return protobufBits(root, charBits(around)) >= least
}

/** What lies in base64 is seldom UTF-8 by chance; what is stored mostly is. */
function charBits({ isText, within }: Circumstances): number {
  return isText && !within ? 0.1 : 1.3
}

const MOST_CHARS = 40
// What is never written on purpose weighs against all else.
const ABSURD = -16

/** Signs and letters, no controls and nothing that no font has. */
export function isReadable(text: string): boolean {
  const head = text.slice(0, 2_000)
  const usual = head.match(/[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\t\r\n]/gu)?.join('').length ?? 0
  return usual === head.length
}

function textBits(text: string, perChar: number): number {
  if (!isReadable(text)) return -8
  return Math.min(text.length, MOST_CHARS) * perChar
}

function bitsOf(node: TreeNode, perChar: number): number {
  const own = ownBits(node, perChar)
  if (node.note?.startsWith('tag ') !== true) return own
  return own + (Number(node.note.slice(4)) > 1_100 ? ABSURD : -2)
}

function ownBits(node: TreeNode, perChar: number): number {
  switch (node.kind) {
    case 'object':
      return node.members.reduce((sum, member) => sum + keyBits(member, perChar) + bitsOf(member.value, perChar), 4)
    case 'array':
      return node.items.reduce((sum, item) => sum + bitsOf(item, perChar), 4)
    case 'string':
      return 2 + textBits(node.text, perChar)
    case 'bytes':
      return node.note === undefined ? 0 : -8
    case 'number':
      return numberBits(node.text)
    case 'time':
      return /^(?:19[7-9]|20)\d/.test(node.text) ? 8 : ABSURD
    case 'mark':
      return ABSURD
    default:
      return node.text === 'undefined' ? 0 : 4
  }
}

function keyBits({ key, bare }: TreeMember, perChar: number): number {
  if (bare === undefined) return 5 + textBits(key, perChar)
  return /^\d{1,9}$/.test(key) ? 0 : ABSURD
}

/** A whole number proves little, a fraction of few digits much. */
function numberBits(text: string): number {
  if (/^-?\d{1,3}$/.test(text)) return 0.5
  if (/^-?\d+$/.test(text)) return 2
  if (isPlainFraction(text)) return 8
  return isPlainSize(text) ? 5 : -4
}

function isPlainSize(text: string): boolean {
  const size = Math.abs(Number(text))
  return size === 0 || (size > 1e-6 && size < 1e12)
}

function isPlainFraction(text: string): boolean {
  return text.replace(/\D/g, '').length <= 9 && isPlainSize(text)
}

const [FIRST_FIELDS, LATE_FIELDS] = [3, 10]

/** Fields are written mostly in the order of their numbers, each with one type, most of them small. */
function protobufBits(root: TreeNode, perChar: number): number {
  if (root.kind !== 'object') return 0
  let bits = 0
  let last = 0
  for (const { key, value } of root.members) {
    const number = Number(key)
    if (last === 0) bits += number <= FIRST_FIELDS ? 2 : number > LATE_FIELDS ? -4 : 0
    if (number < last) bits -= 5
    else bits += number - last <= 3 ? 3 : number - last > 200 ? -6 : 0
    last = number
    bits += fieldBits(value, perChar)
  }
  return bits
}

function fieldBits(value: TreeNode, perChar: number): number {
  switch (value.kind) {
    case 'object':
      return 3 + Math.max(0, protobufBits(value, perChar))
    case 'string':
      return 3 + textBits(value.text, perChar)
    case 'bytes':
      return -2
    case 'number':
      return value.note === undefined ? varintBits(value.text) : fixedBits(value.note)
    default:
      return 0
  }
}

/** Negative numbers of 32 bits are written with 64. */
function varintBits(text: string): number {
  if (text.length <= 3) return 1
  return text.length <= 15 || text.startsWith('184467440') ? 0 : -3
}

/** Of eight or four bytes, whatever they are: as a fraction they may make sense. */
function fixedBits(note: string): number {
  const fraction = note.slice(note.lastIndexOf(' ') + 1)
  return fraction !== '0' && isPlainFraction(fraction) ? 8 : -4
}
