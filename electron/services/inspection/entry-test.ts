import type { Condition, EntryQuery } from '../../../shared/model/entry-query'
import { compareDecimals } from '../../../shared/query/decimal'
import { jsonPathsOf, jsonText, MISSING, textAt } from '../../../shared/query/json-path'
import { toBuffer } from '../../redis/bytes'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import { patternEngine, type PatternEngine, type PatternTest } from './pattern-engine'

/** Null: what was read of the entry does not tell. */
type Test = EntryTest
type ValueTest = (bytes: Buffer) => boolean | null
/** `text`: what a JSON value reads as; null: an object or an array, which is there and no more. */
type NodeTest = (text: string | null) => boolean | null
type Engine = PatternEngine | null

/** Of a longer value nobody reads the JSON for a search. */
const MOST_JSON_BYTES = 1024 * 1024
const BACKSLASH = 0x5c

/**
 * Whether an entry is one that is looked for (see `readQuery`); null where it was cut, holds JSON that is too long to be read or a text that is
 * too long for a pattern, and the rest does not tell: then it is not found, whichever way round that is asked.
 */
export type EntryTest = (entry: RawEntry) => boolean | null

/** Made once for all entries: it loads what a pattern needs. */
export async function entryTest(query: EntryQuery): Promise<EntryTest> {
  const engine = await patternEngine(query)
  const alternatives = query.map((conditions) => conditions.map((condition) => conditionTest(condition, engine)))
  return (entry) => {
    engine?.begin()
    let isTold = true
    for (const tests of alternatives) {
      let is: boolean | null = true
      for (const test of tests) {
        const answer = test(entry)
        if (answer === null) is = null
        if (answer !== false) continue
        is = false
        break
      }
      if (is === true) return true
      if (is === null) isTold = false
    }
    return isTold ? false : null
  }
}

function conditionTest(condition: Condition, engine: Engine): Test {
  const { subject, not } = condition
  const test =
    subject.kind === 'size'
      ? sizeTest(condition, engine)
      : subject.kind === 'any'
        ? anyTest(condition, engine)
        : fieldTest(toBuffer(subject.name), condition, engine)
  if (!not) return test
  return (entry) => {
    const is = test(entry)
    return is === null ? null : !is
  }
}

function sizeTest(condition: Condition, engine: Engine): Test {
  const test = nodeTest(condition, engine)
  return (entry) => test(String(entryBytes(entry)))
}

function anyTest(condition: Condition, engine: Engine): Test {
  const test = valueTest(condition, engine)
  return (entry) => {
    let isTold = true
    for (const part of entry.fields) {
      const is = test(part)
      if (is === true) return true
      if (is === null) isTold = false
    }
    return isTold ? asRead(entry) : null
  }
}

function fieldTest(name: Buffer, condition: Condition, engine: Engine): Test {
  const test = valueTest(condition, engine)
  const inJson = nodeTest(condition, engine)
  const paths = jsonPathsOf(name.toString()).map(({ field, steps }) => ({
    steps,
    field: field === null ? null : Buffer.from(field),
  }))
  return (entry) => {
    const { fields } = entry
    let [isThere, isTold] = [false, true]
    for (let at = 0; at < fields.length; at += 2) {
      if (!fields[at]?.equals(name)) continue
      isThere = true
      const is = test(fields[at + 1] as Buffer)
      if (is === true) return true
      if (is === null) isTold = false
    }
    if (isThere) return isTold ? asRead(entry) : null
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
      const is = found !== MISSING && test(found)
      if (is === true) return true
      if (is === null) isAllRead = false
    }
  }
  return isAllRead ? false : null
}

/** What may be JSON with this step in it: a name in JSON is written as it is, or with a backslash. */
function jsonTextOf(value: Buffer, step: string): string | null {
  if (!/^\d+$/.test(step) && !value.includes(step) && !value.includes(BACKSLASH)) return null
  return jsonText(value.toString())
}

function valueTest({ how, value }: Condition, engine: Engine): ValueTest {
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
    case 'matches': {
      const test = patternTest(text, engine)
      // Bytes that are no UTF-8 are signs of their own, which no pattern names, as they are for `contains`.
      return (bytes) => test(bytes.toString())
    }
    default:
      return (bytes) => bytes.length <= 400 && compares(how, compareDecimals(bytes.toString('latin1'), text ?? ''))
  }
}

function patternTest(pattern: string | null, engine: Engine): PatternTest {
  return pattern === null || engine === null ? () => false : engine.compile(pattern)
}

function nodeTest({ how, value }: Condition, engine: Engine): NodeTest {
  const text = typeof value === 'string' ? value : null
  const matches = how === 'matches' ? patternTest(text, engine) : null
  const isIt = (found: string): boolean => found === text || compareDecimals(found, text ?? '') === 0
  const small = text?.toLowerCase() ?? null
  return (found) => {
    if (how === 'has') return true
    if (found === null) return how === 'is-not'
    if (matches) return matches(found)
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
