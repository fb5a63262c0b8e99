import { common, Enum, MapField, parse, Root, Type, type Field, type ReflectionObject } from 'protobufjs'
import type { ProtoField, ProtoTypes } from '../../../shared/decode/proto-types'
import { badSchema, faultOfProto } from './proto-faults'

/**
 * The types of a `.proto`. The library only reads the text: what it would generate to read messages by is never made, for it is code. Throws bad-schema,
 * with the line where the library tells it.
 */
export function protoTypes(text: string, message: string | null): ProtoTypes {
  const messages = new Map<string, ReadonlyMap<number, ProtoField>>()
  const enums = new Map<string, ReadonlyMap<number, string>>()
  const names: string[] = []
  const visit = (object: ReflectionObject, isOwn: boolean): void => {
    const name = nameOf(object)
    if (object instanceof Enum) {
      enums.set(name, new Map(Object.entries(object.values).map(([each, number]) => [number, each])))
    }
    if (object instanceof Type) {
      messages.set(name, new Map(object.fieldsArray.map((field) => [field.id, fieldOf(field, messages)])))
      if (isOwn) names.push(name)
    }
    const nested = 'nestedArray' in object ? (object.nestedArray as readonly ReflectionObject[]) : []
    for (const each of nested) visit(each, isOwn && name !== 'google')
  }
  visit(resolved(text), true)
  const root = message === null ? names[0] : names.find((each) => each === message || each.endsWith(`.${message}`))
  if (root === undefined)
    throw badSchema('no-message', message ?? '', { expected: names.slice(0, 8).join(', ').slice(0, 300) })
  return { root, messages, enums }
}

function resolved(text: string): Root {
  const missing: string[] = []
  try {
    const root = new Root()
    const { imports = [], weakImports = [] } = parse(text, root, { keepCase: true })
    for (const name of new Set([...imports, ...weakImports])) {
      const known = common.get(name)
      if (known?.nested) root.addJSON(known.nested)
      else missing.push(name)
    }
    root.resolveAll()
    return root
  } catch (error) {
    throw faultOfProto(error, text, missing)
  }
}

function nameOf({ fullName }: ReflectionObject): string {
  return fullName.replace(/^\./, '')
}

function fieldOf(field: Field, messages: Map<string, ReadonlyMap<number, ProtoField>>): ProtoField {
  const plain = typed(field.name, field)
  if (!(field instanceof MapField)) return plain
  // On the wire a map is a list of messages of a key and a value.
  const entry = `map<${field.keyType}, ${field.type}>`
  messages.set(
    `${nameOf(field)} ${entry}`,
    new Map([
      [1, { name: 'key', type: field.keyType, message: null, enumeration: null }],
      [2, { ...plain, name: 'value' }],
    ]),
  )
  return { name: field.name, type: 'message', message: `${nameOf(field)} ${entry}`, enumeration: null }
}

function typed(name: string, { type, resolvedType }: Field): ProtoField {
  if (resolvedType instanceof Enum) return { name, type: 'enum', message: null, enumeration: nameOf(resolvedType) }
  if (resolvedType instanceof Type) return { name, type: 'message', message: nameOf(resolvedType), enumeration: null }
  return { name, type, message: null, enumeration: null }
}
