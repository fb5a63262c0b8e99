import type { Bytes } from '../../../shared/bytes'
import { parseJson, type JsonNode } from './json-tree'

export type ValueView = 'json' | 'text' | 'hex'

/** What a value can be shown as, the most readable first. */
export interface DecodedValue {
  readonly views: readonly ValueView[]
  readonly json: JsonNode | null
}

// Above this a tree would hold up the page; the text is there all the same.
const JSON_LIMIT = 1 << 20

/** Objects and arrays become a tree; a bare number or word reads better as it is. */
export function decodeValue(value: Bytes, cut: boolean): DecodedValue {
  if (typeof value !== 'string') return { views: ['hex'], json: null }
  const json = !cut && value.length <= JSON_LIMIT && /^\s*[[{]/.test(value) ? parseJson(value) : null
  return { views: json ? ['json', 'text', 'hex'] : ['text', 'hex'], json }
}
