import { broken, NotDecoded, type Budget } from './budget'
import { ByteReader } from './byte-reader'
import { ascii, textNode } from './byte-text'
import type { TreeMember, TreeNode } from './tree'

/*
 * What FastStream writes to Redis (its BinaryMessageFormatV1): a mark, a version, where headers and data begin, the headers, the data. All numbers big-endian.
 */
const MARK = '\x89BIN\r\n\x1a\n'

export function isFastStream(bytes: Uint8Array): boolean {
  return ascii(bytes.subarray(0, MARK.length)) === MARK
}

export function readFastStream(bytes: Uint8Array, budget: Budget): TreeNode {
  if (!isFastStream(bytes)) throw new NotDecoded({ code: 'not-this' })
  const reader = new ByteReader(bytes, MARK.length)
  reader.u16()
  const [headersAt, dataAt] = [reader.u32(), reader.u32()]
  if (headersAt < reader.at || dataAt < headersAt || dataAt > bytes.length) throw broken(reader.at - 8)
  reader.at = headersAt
  const count = reader.u16()
  const members: TreeMember[] = []
  for (let at = 0; at < count && budget.node(); at += 1) {
    const key = new TextDecoder().decode(reader.take(reader.u16()))
    members.push({ key, value: textNode(reader.take(reader.u16())) })
  }
  return {
    kind: 'object',
    members: [
      { key: 'headers', bare: true, value: { kind: 'object', members } },
      { key: 'data', bare: true, value: textNode(bytes.subarray(dataAt)) },
    ],
  }
}
