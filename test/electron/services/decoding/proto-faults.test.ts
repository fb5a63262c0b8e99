import { expect, it } from 'vitest'
import { protoTypes } from '../../../../electron/services/decoding/proto'
import { avroSchema } from '../../../../shared/decode/avro-schema'
import { NotDecoded } from '../../../../shared/decode/budget'
import { decodeWords } from '../../../../shared/words/en/decode-words'

function said(read: () => unknown): string {
  try {
    read()
    return ''
  } catch (error) {
    if (error instanceof NotDecoded) return decodeWords.fault({ ...error.fault, by: null })
    throw error
  }
}

const HEAD = 'syntax = "proto3";\n'

it.each([
  [
    'message A { int32 a = 1; }',
    'line 1: “int32” can\'t stand there; perhaps `syntax = "proto3";` is missing at the top',
  ],
  [`${HEAD}message A {\n  int32 a = 1;\n  int32 b 2;\n}`, 'line 4: “=” is missing before “2”'],
  [
    `${HEAD}message A { strin a = 1; }`,
    'line 2: there is no type “strin” in it; correct its name, or add its definition',
  ],
  [
    `${HEAD}import "shop/other.proto";\nmessage A { other.B b = 1; }`,
    "line 2: there is no type “other.B” in it, and “shop/other.proto” can't be read from here; put the definition in place of the import",
  ],
  [
    `${HEAD}message A { int32 a = 1; int32 b = 1; }`,
    'the number 1 is given to two fields of “A”; each needs one of its own',
  ],
  [`${HEAD}enum E { A = 0; }\nenum E { B = 0; }`, 'line 3: “E” is defined twice'],
  [`${HEAD}message A {}\nmessage B {}`, 'there is no message “C” in it; there are A, B'],
  ['', 'there is no message in it'],
])('of a .proto the line, and what to do: %j', (text, words) => {
  const fault = said(() => protoTypes(text, 'C'))
  expect(fault).toBe(`the schema can't be used: ${words}`)
})

it('a file that is not there is no matter where nothing of it is used', () => {
  expect([...protoTypes(`${HEAD}import "other.proto"; message A { int32 a = 1; }`, null).messages.keys()]).toContain(
    'A',
  )
})

it('the same file of Google, twice, is one', () => {
  const line = 'import "google/protobuf/timestamp.proto";\n'
  expect(protoTypes(`${HEAD}${line}${line}message A { google.protobuf.Timestamp a = 1; }`, null).root).toBe('A')
})

it.each([
  ['{\n "type": "int",\n}', 'it is no JSON from line 3, column 1 on'],
  ['{"type":"record","x":1}', '“{ type, x }” is no type of Avro'],
])('of a schema of Avro as well: %j', (text, words) => {
  expect(said(() => avroSchema(text))).toBe(`the schema can't be used: ${words}`)
})
