import { NotDecoded, type BadSchema } from '../../../shared/decode/budget'

/*
 * What is wrong with a `.proto`, of what its parser says in English of its own: the kinds that people meet are told with the name and the line, so that the
 * words can say what to do. The rest is handed on as it is.
 */
const MOST_NAME = 120

export function badSchema(reason: BadSchema['reason'], name: string, more: Partial<BadSchema> = {}): NotDecoded {
  return new NotDecoded({ code: 'bad-schema', ...more, reason, name: name.slice(0, MOST_NAME) })
}

/** `missing`: the files that it imports and that are not there. */
export function faultOfProto(error: unknown, text: string, missing: readonly string[]): NotDecoded {
  const said = error instanceof Error ? error.message : String(error)
  const line = Number(/\(line (\d+)\)/.exec(said)?.[1] ?? NaN)
  const at = Number.isInteger(line) ? { line } : {}
  const plain = said.replace(/ \(line \d+\)/, '')
  const [, token, , expected] = /^illegal token '(.*?)'(, '(.*?)' expected)?/s.exec(plain) ?? []
  if (token !== undefined) {
    if (expected === undefined && !/\b(?:syntax|edition)\s*=/.test(text)) return badSchema('no-syntax', token, at)
    return badSchema('syntax', token, expected === undefined ? at : { ...at, expected: expected.slice(0, MOST_NAME) })
  }
  const [, type] =
    /^no such (?:Type or Enum|type|Type|Enum): ?'?([\w.]+)|^no such [\w ]+ '([\w.]+)'/.exec(plain)?.filter(Boolean) ??
    []
  if (type !== undefined) {
    const [file] = missing
    return file === undefined
      ? badSchema('no-type', type, lineOf(text, type))
      : badSchema('import', file, { ...lineOf(text, file), expected: type.slice(0, MOST_NAME) })
  }
  const [, number] = /^duplicate id (\d+)/.exec(plain) ?? []
  if (number !== undefined) return badSchema('same-number', number, within(plain))
  const [, name] = /^duplicate name '([^']*)'/.exec(plain) ?? []
  if (name !== undefined) return badSchema('same-name', name, lineOf(text, name, 2))
  return badSchema('other', plain, at)
}

/** The message that it is about, of what the parser says. */
function within(said: string): Partial<BadSchema> {
  const [, type] = / in Type \.?([\w.]+)/.exec(said) ?? []
  return type === undefined ? {} : { expected: type.slice(0, MOST_NAME) }
}

/** Where a name stands for the first time, or the second. */
function lineOf(text: string, name: string, time = 1): Partial<BadSchema> {
  let at = -1
  for (let each = 0; each < time; each += 1) {
    at = text.indexOf(name, at + 1)
    if (at < 0) return {}
  }
  return { line: text.slice(0, at).split('\n').length }
}
