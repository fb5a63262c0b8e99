type Value = string | { readonly [key: string]: Value }

const json = (value: Value): string => JSON.stringify(value)

function flat(value: Value, within: readonly string[] = []): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[within.join('.'), value]]
  return Object.entries(value).flatMap(([key, each]) => flat(each, [...within, key]))
}

function packed(value: Value, map: (count: number) => number[], text: (length: number) => number[]): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value)
    return Buffer.concat([Buffer.from(text(bytes.length)), bytes])
  }
  const members = Object.entries(value)
  const parts = members.flatMap(([key, each]) => [packed(key, map, text), packed(each, map, text)])
  return Buffer.concat([Buffer.from(map(members.length)), ...parts])
}

/** https://github.com/msgpack/msgpack/blob/master/spec.md */
const msgpack = (value: Value): Buffer =>
  packed(
    value,
    (count) => [0x80 | count],
    (length) => (length < 32 ? [0xa0 | length] : [0xd9, length]),
  )
/** https://www.rfc-editor.org/rfc/rfc8949 */
const cbor = (value: Value): Buffer =>
  packed(
    value,
    (count) => [0xa0 | count],
    (length) => (length < 24 ? [0x60 | length] : [0x78, length]),
  )

function php(value: Value): string {
  if (typeof value === 'string') return `s:${Buffer.byteLength(value)}:"${value}";`
  const members = Object.entries(value)
  return `a:${members.length}:{${members.map(([key, each]) => php(key) + php(each)).join('')}}`
}

function xml(value: Value): string {
  if (typeof value === 'string') return value.replace(/[<&]/g, '')
  return Object.entries(value)
    .map(([key, each]) => `<${key}>${xml(each)}</${key}>`)
    .join('')
}

const base64 = (bytes: string | Buffer): string => Buffer.from(bytes).toString('base64')

/** The same value as others write it. */
export const ENCODINGS: Readonly<Record<string, (value: Value) => string | Buffer>> = {
  JSON: json,
  'JSON with blanks': (value) => JSON.stringify(value, null, 2),
  'JSON in JSON': (value) => json({ id: '1', body: json(value) }),
  'JSON in JSON in JSON': (value) => json({ body: json({ body: json(value) }) }),
  'base64 of JSON': (value) => base64(json(value)),
  'base64 of JSON in JSON': (value) => json({ body: base64(json(value)) }),
  'base64 of base64': (value) => base64(base64(json(value))),
  'hex of JSON': (value) => Buffer.from(json(value)).toString('hex'),
  'UTF-16': (value) => Buffer.from(json(value), 'utf16le'),
  MessagePack: msgpack,
  CBOR: cbor,
  'base64 of MessagePack': (value) => base64(msgpack(value)),
  PHP: php,
  XML: (value) => `<r>${xml(value)}</r>`,
  'a form': (value) => new URLSearchParams(flat(value).map(([key, each]) => [key, each])).toString(),
  YAML: (value) =>
    flat(value)
      .map(([key, each]) => `${key}: ${JSON.stringify(each)}`)
      .join('\n'),
  Python: (value) => json(value).replaceAll("'", ' ').replaceAll('"', "'"),
  logfmt: (value) =>
    flat(value)
      .map(([key, each]) => `${key}=${JSON.stringify(each)}`)
      .join(' '),
}
