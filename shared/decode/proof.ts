import { isPlainText, utf8 } from './byte-text'
import { isTellingUuid } from './codings'
import type { Candidate } from './detect'
import { isChinese } from './gbk-frequent'
import { isLikelyPacked, isLikelyProtobuf, isReadable } from './evidence'
import type { DecoderId } from './ids'
import type { TreeNode } from './tree'

/** What was read, from this layer on. */
interface Found {
  readonly chain: readonly DecoderId[]
  readonly root: TreeNode | null
  readonly last: Uint8Array
  readonly fault: unknown
}

/** Of which it was read; `within`: another layer, which had no mark, was opened for it. */
interface Read {
  readonly bytes: Uint8Array
  readonly within?: true
}

/**
 * Whether a value is what it could be read as. What says itself what it is needs no more; of the rest it is asked how likely bytes of chance, or words and
 * numbers of other kinds, would read so as well: what is shown as decoded must not be made up.
 */
export function isProved({ id, how }: Candidate, found: Found, { bytes, within }: Read): boolean {
  if (how === 'sure') return true
  if (how === 'weak') return isTelling(id, found)
  const { root } = found
  if (root === null) return id !== 'utf16' || isTellingText(found.last, LEAST_UTF16)
  const around = { isText: utf8(bytes) !== null, within: within === true }
  if (id === 'protobuf') return isLikelyProtobuf(root, around)
  if (id === 'msgpack' || id === 'cbor') return isLikelyPacked(root, around)
  if (id === 'uuid' && bytes.length === 16) return isTellingUuid(bytes, around.within)
  return true
}

const [LEAST_TEXT, LEAST_PACKED_TEXT, LEAST_UTF16] = [8, 32, 4]
const WRITTEN_AS_TEXT: ReadonlySet<DecoderId> = new Set(['base64', 'hex'])
/** What has neither a mark nor a structure proves nothing else. */
const UNMARKED: ReadonlySet<DecoderId> = new Set(['gbk', 'lz4', 'snappy', 'brotli', 'deflate', 'utf16'])

/** Whether what was found within proves the layer. */
function isTelling(id: DecoderId, { chain, root, last, fault }: Found): boolean {
  if (fault !== null) return false
  if (id === 'gbk') return chain.length === 1 && isTellingText(last, 1) && isChinese(utf8(last) ?? '')
  if (chain.slice(1).some((inner) => UNMARKED.has(inner))) return false
  // Snappy says how long it is unpacked; the others give something of almost anything.
  if (id !== 'snappy' && !WRITTEN_AS_TEXT.has(id) && chain[1] === 'protobuf') return false
  if (root !== null) return root.kind === 'object' || root.kind === 'array' || chain.length > 2
  if (chain.length > 1) return true
  return isTellingText(last, WRITTEN_AS_TEXT.has(id) ? LEAST_TEXT : LEAST_PACKED_TEXT)
}

const LEAST_SIGNS = 6

/** Words rather than what chance makes: letters, digits and spaces for the most part, of one script or of many of its signs. */
function isTellingText(bytes: Uint8Array, least: number): boolean {
  const text = utf8(bytes)
  if (text === null || text.length < least || !isPlainText(text) || !isReadable(text)) return false
  const head = text.slice(0, 2_000)
  const usual = head.match(/[\p{L}\p{M}\p{N}\s.,:;/@_-]/gu)?.join('').length ?? 0
  if (usual < head.length * 0.85) return false
  return least < LEAST_TEXT || new Set(head).size >= Math.min(LEAST_SIGNS, least)
}
