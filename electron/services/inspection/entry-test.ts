import type { Condition, EntryQuery } from '../../../shared/model/entry-query'
import { compareDecimals } from '../../../shared/query/decimal'
import { jsonPathsOf, jsonText, MISSING, textAt } from '../../../shared/query/json-path'
import { toBuffer } from '../../redis/bytes'
import { entryBytes, type RawEntry } from '../../redis/xrange'

/** Null: what was read of the entry does not tell. */
type Test = (entry: RawEntry) => boolean | null
/** `text`: what a JSON value reads as; null: an object or an array, which is there and no more. */
type NodeTest = (text: string | null) => boolean

/** Of a longer value nobody reads the JSON for a search. */
const MOST_JSON_BYTES = 1024 * 1024
const BACKSLASH = 0x5c

/**
 * Whether an entry is certainly one that is looked for (see `readQuery`): where it was cut, or holds JSON that is too long to be read, and
 * what was read does not tell, it is none, whichever way round that is asked.
 */
export function entryTest(query: EntryQuery): (entry: RawEntry) => boolean {
  const alternatives = query.map((conditions) => conditions.map(conditionTest))
  return (entry) => alternatives.some((tests) => tests.every((test) => test(entry) === true))
}

function conditionTest(condition: Condition): Test {
  const { subject, not } = condition
  const test =
    subject.kind === 'size'
      ? sizeTest(condition)
      : subject.kind === 'any'
        ? anyTest(condition)
        : fieldTest(toBuffer(subject.name), condition)
  if (!not) return test
  return (entry) => {
    const is = test(entry)
    return is === null ? null : !is
  }
}

function sizeTest(condition: Condition): Test {
  const test = nodeTest(condition)
  return (entry) => test(String(entryBytes(entry)))
}

function anyTest(condition: Condition): Test {
  const test = valueTest(condition)
  return (entry) => entry.fields.some(test) || asRead(entry)
}

function fieldTest(name: Buffer, condition: Condition): Test {
  const test = valueTest(condition)
  const inJson = nodeTest(condition)
  const paths = jsonPathsOf(name.toString()).map(({ field, steps }) => ({
    steps,
    field: field === null ? null : Buffer.from(field),
  }))
  return (entry) => {
    const { fields } = entry
    let isThere = false
    for (let at = 0; at < fields.length; at += 2) {
      if (!fields[at]?.equals(name)) continue
      isThere = true
      if (test(fields[at + 1] as Buffer)) return true
    }
    if (isThere) return asRead(entry)
    const answers = paths.map(({ field, steps }) => isInJson(fields, field, steps, inJson))
    if (answers.includes(true)) return true
    return answers.includes(null) ? null : asRead(entry)
  }
}

/** Of what was not found in what was read: it may be in the rest. */
function asRead({ cut }: RawEntry): false | null {
  return cut === undefined ? false : null
}

function isInJson(
  fields: readonly Buffer[],
  name: Buffer | null,
  steps: readonly string[],
  test: NodeTest,
): boolean | null {
  let isAllRead = true
  for (let at = 0; at < fields.length; at += 2) {
    if (name !== null && !fields[at]?.equals(name)) continue
    const value = fields[at + 1] as Buffer
    if (value.length > MOST_JSON_BYTES) isAllRead = false
    else {
      const text = jsonTextOf(value, steps[0] ?? '')
      const found = text === null ? MISSING : textAt(text, steps)
      if (found !== MISSING && test(found)) return true
    }
  }
  return isAllRead ? false : null
}

/** What may be JSON with this step in it: a name in JSON is written as it is, or with a backslash. */
function jsonTextOf(value: Buffer, step: string): string | null {
  if (!/^\d+$/.test(step) && !value.includes(step) && !value.includes(BACKSLASH)) return null
  return jsonText(value.toString())
}

function valueTest({ how, value }: Condition): (bytes: Buffer) => boolean {
  const wanted = toBuffer(value)
  const text = typeof value === 'string' ? value : null
  switch (how) {
    case 'has':
      return () => true
    case 'is':
      return (bytes) => bytes.equals(wanted)
    case 'is-not':
      return (bytes) => !bytes.equals(wanted)
    case 'contains': {
      if (text === null) return (bytes) => bytes.includes(wanted)
      const small = text.toLowerCase()
      // Bytes that are no ASCII are never taken for a letter of it, in neither reading.
      const encoding = wanted.length === text.length ? 'latin1' : 'utf8'
      return (bytes) => bytes.length >= wanted.length && bytes.toString(encoding).toLowerCase().includes(small)
    }
    default:
      return (bytes) => bytes.length <= 400 && compares(how, compareDecimals(bytes.toString('latin1'), text ?? ''))
  }
}

function nodeTest({ how, value }: Condition): NodeTest {
  const text = typeof value === 'string' ? value : null
  const isIt = (found: string): boolean => found === text || compareDecimals(found, text ?? '') === 0
  const small = text?.toLowerCase() ?? null
  return (found) => {
    if (how === 'has') return true
    if (found === null) return how === 'is-not'
    if (how === 'is') return isIt(found)
    if (how === 'is-not') return !isIt(found)
    if (how === 'contains') return small !== null && found.toLowerCase().includes(small)
    return compares(how, compareDecimals(found, text ?? ''))
  }
}

function compares(how: Condition['how'], order: number | null): boolean {
  if (order === null || Number.isNaN(order)) return false
  if (how === 'above') return order > 0
  if (how === 'at-least') return order >= 0
  return how === 'below' ? order < 0 : order <= 0
}
