import { expect, it } from 'vitest'
import type { DecodeTools } from '../../../shared/decode/decoders'
import type { ProtoTypes } from '../../../shared/decode/proto-types'
import { decode, plain } from './kit'

const types: ProtoTypes = {
  root: 'A',
  messages: new Map([['A', new Map([[1, { name: 'id', type: 'int32', message: null, enumeration: null }]])]]),
  enums: new Map(),
}
const tools: DecodeTools = { proto: () => types, unpack: (_id, bytes) => bytes }
const read = (hex: string) =>
  decode(Uint8Array.from(Buffer.from(hex, 'hex')), { as: 'protobuf', schema: { text: '', message: null }, tools })

it.each([
  ['as it is', '0805', 'A'],
  ['of a registry, the first message', '0000000107000805', 'schema 263, A'],
  ['of a registry, another one by its place', '00000001070402040805', 'schema 263, A'],
  ['framed as gRPC', '00000000020805', 'gRPC, A'],
])('a message %s is read by a .proto', (_what, hex, note) => {
  const { root, fault } = read(hex)
  expect({ fault, note: root?.note, tree: plain(root) }).toEqual({ fault: null, note, tree: { id: 5 } })
})

it.each(['00', '0000000107', '00000001070402', '000000010700ff', '0000000107ffffffffffffffffff010805'])(
  'what is none is told so: %s',
  (hex) => expect(read(hex)).toMatchObject({ root: null, fault: { by: 'protobuf' } }),
)
