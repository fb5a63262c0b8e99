import { displayBytes, type Bytes } from '../../../shared/bytes'
import type { TreeNode } from '../../../shared/decode/tree'
import type { Entry, Field } from '../../../shared/model/entry'
import { jsonPathsOf, jsonText, nodeAt, parsedJson, wholePart, type JsonPath } from '../../../shared/query/json-path'
import { fieldsOf } from './entry-columns'

/**
 * Why an entry has nothing under a name. `cut`: what is read of the field for a list does not tell; `left-out`: so many fields are not read
 * for a list, and it may be one of them.
 */
export type Missing =
  | { readonly why: 'no-field'; readonly field: string }
  | { readonly why: 'no-json' | 'not-in-json' | 'cut'; readonly field: string }
  | { readonly why: 'left-out'; readonly fields: number }

/** What an entry has under a name, read as a search reads it: fields, else what lies at a path in the JSON of one. */
export type Look =
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  /** By the host, of a value that the list does not hold whole. `isPart`: its end is not told. */
  | { readonly kind: 'told'; readonly text: string; readonly isPart: boolean }
  /** `isPart`: its end is not read for a list. */
  | { readonly kind: 'node'; readonly node: TreeNode; readonly isPart: boolean }
  | { readonly kind: 'missing'; readonly missing: Missing }

/** What entries were looked at for: what an id holds never changes. */
const looked = new WeakMap<Entry, Map<string, Look>>()

/** `id`: of the column, by which it is remembered. */
export function lookAt(entry: Entry, id: string, name: Bytes): Look {
  const looks = looked.get(entry) ?? new Map<string, Look>()
  looked.set(entry, looks)
  const look = looks.get(id) ?? freshLook(entry, name)
  looks.set(id, look)
  return look
}

function freshLook(entry: Entry, name: Bytes): Look {
  const fields = fieldsOf(entry, name)
  if (fields.length > 0) return { kind: 'fields', fields }
  const told = entry.told?.find(({ path }) => path === name)
  if (told) {
    const { text, cut } = told
    return text === null ? none({ why: 'not-in-json', field: fieldMeant(name) }) : { kind: 'told', text, isPart: cut }
  }
  const looks = typeof name === 'string' ? jsonPathsOf(name).flatMap((path) => looksAlong(entry, path)) : []
  const found = looks.find(({ kind }) => kind === 'node')
  if (found) return found
  if (entry.moreFields > 0) return none({ why: 'left-out', fields: entry.moreFields })
  return mostTelling(looks) ?? none({ why: 'no-field', field: fieldMeant(name) })
}

/** Of the fields where a path may begin, each. */
function looksAlong({ fields }: Entry, { field, steps }: JsonPath): readonly Look[] {
  const begun = field === null ? fields : fields.filter(({ name }) => name === field)
  return begun.map((one) => lookInto(one, steps))
}

function lookInto({ name, value, cut }: Field, steps: readonly string[]): Look {
  const field = displayBytes(name)
  const text = typeof value === 'string' ? jsonText(value) : null
  if (text === null) return none({ why: 'no-json', field })
  const json = cut ? wholePart(text) : text
  if (json === null || parsedJson(json) === undefined) return none({ why: cut ? 'cut' : 'no-json', field })
  const node = nodeAt(json, steps)
  if (node !== null) return { kind: 'node', node, isPart: cut && (node.kind === 'object' || node.kind === 'array') }
  return none({ why: cut ? 'cut' : 'not-in-json', field })
}

function mostTelling(looks: readonly Look[]): Look | undefined {
  for (const why of ['cut', 'not-in-json', 'no-json']) {
    const look = looks.find((one) => one.kind === 'missing' && one.missing.why === why)
    if (look) return look
  }
  return undefined
}

function none(missing: Missing): Look {
  return { kind: 'missing', missing }
}

/** Of a path its beginning, which is the field that an entry would have. */
function fieldMeant(name: Bytes): string {
  const path = typeof name === 'string' ? jsonPathsOf(name).at(-1) : undefined
  return displayBytes(path?.field ?? name)
}
