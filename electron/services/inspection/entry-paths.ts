import { jsonOfTree } from '../../../shared/decode/tree-text'
import type { Entry } from '../../../shared/model/entry'
import {
  createJsonReader,
  jsonPathsOf,
  jsonText,
  nodeAt,
  textAt,
  MISSING,
  type JsonReader,
} from '../../../shared/query/json-path'
import { fromBuffer } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'
import type { TimeSlice } from '../lib/time-slice'
import { LIST_ROW, viewEntry } from './entry-view'

type Told = NonNullable<Entry['told']>[number]

interface Way {
  /** Null: any. */
  readonly field: Buffer | null
  readonly steps: readonly string[]
}

/** Of a longer value nobody reads the JSON for a list. */
const MOST_JSON_BYTES = 1024 * 1024
/** Of what lies at a path, in UTF-16 units. */
const MOST_TEXT = 200

/**
 * Entries as a list has them, with what lies at these paths where the list does not hold enough of the value. Between paths it rests where the
 * slice is over.
 */
export function rowView(paths: readonly string[] = []): (raw: RawEntry, slice: TimeSlice) => Promise<Entry> {
  const asked = paths.map((path) => ({ path, name: Buffer.from(path), ways: waysOf(path) }))
  return async (raw, slice) => {
    const row = viewEntry(raw, LIST_ROW)
    if (asked.length === 0 || (row.moreFields === 0 && !row.fields.some(({ cut }) => cut))) return row
    const look = lookInto(raw, row)
    const told: Told[] = []
    for (const { path, name, ways } of asked) {
      told.push(...look(path, name, ways))
      if (slice.isOver()) await slice.rest()
    }
    return told.length === 0 ? row : { ...row, told }
  }
}

function waysOf(path: string): readonly Way[] {
  return jsonPathsOf(path).map(({ field, steps }) => ({ field: field === null ? null : Buffer.from(field), steps }))
}

function lookInto({ fields, cut }: RawEntry, row: Entry): (path: string, name: Buffer, ways: readonly Way[]) => Told[] {
  /** What was read once serves all paths. */
  const reader = createJsonReader()
  const texts = new Map<number, string | null>()
  const isShown = (at: number): boolean => row.fields[at / 2]?.cut === false
  function jsonAt(at: number, value: Buffer): string | null {
    const known = texts.get(at)
    if (known !== undefined) return known
    const json = jsonText(value.toString())
    texts.set(at, json)
    return json
  }

  return (path, name, ways) => {
    if (hasField(fields, name)) return []
    let [isAsked, isAllRead] = [false, cut === undefined]
    for (const { field, steps } of ways) {
      for (let at = 0; at < fields.length; at += 2) {
        if (field !== null && !fields[at]?.equals(field)) continue
        if (!isShown(at)) isAsked = true
        const value = fields[at + 1] as Buffer
        const json = value.length > MOST_JSON_BYTES ? null : jsonAt(at, value)
        if (value.length > MOST_JSON_BYTES) isAllRead = false
        const text = json === null ? MISSING : textAt(json, steps, reader)
        if (text === MISSING) continue
        // What the list holds whole needs no telling.
        if (isShown(at)) return []
        const told = text ?? written(json ?? '', steps, reader)
        return told === null ? [] : [{ ...toldOf(path, told), field: fromBuffer(fields[at] as Buffer) }]
      }
    }
    return isAsked && isAllRead ? [{ path, text: null, cut: false }] : []
  }
}

function hasField(fields: readonly Buffer[], name: Buffer): boolean {
  for (let at = 0; at < fields.length; at += 2) if (fields[at]?.equals(name)) return true
  return false
}

/** An object or an array, as JSON; null: it is too much to be written. */
function written(json: string, steps: readonly string[], reader: JsonReader): string | null {
  const node = nodeAt(json, steps, reader)
  return node === null ? null : jsonOfTree(node)
}

function toldOf(path: string, text: string): Told {
  if (text.length <= MOST_TEXT) return { path, text, cut: false }
  // Not within a character of two units.
  const end = /[\ud800-\udbff]/.test(text[MOST_TEXT - 1] ?? '') ? MOST_TEXT - 1 : MOST_TEXT
  return { path, text: text.slice(0, end), cut: true }
}
