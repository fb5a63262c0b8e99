import type { AnySchema } from '@orpc/contract'
import type { ConditionalSchemaConverter, JSONSchema } from '@orpc/openapi'
import { z } from 'zod'
import { NAMED } from './named-schemas'

type Way = 'input' | 'output'

export interface JsonSchemas {
  readonly converter: ConditionalSchemaConverter
  /** What was referred to by name so far. */
  readonly components: ReadonlyMap<string, JSONSchema>
}

const REF = '#/$defs/'
const COMPONENT = '#/components/schemas/'

const isSchema = (schema: AnySchema | undefined): schema is z.ZodType => schema instanceof z.ZodType
const names = z.registry<{ readonly id: string }>()
for (const [id, schema] of Object.entries(NAMED)) names.add(schema, { id })

/**
 * Schemas of the contract as JSON Schema 2020-12, which OpenAPI 3.1 has (https://spec.openapis.org/oas/v3.1.1#schema-object). Those
 * of `NAMED` are told once, and referred to; one that takes something else than it gives has two names.
 */
export function createJsonSchemas(): JsonSchemas {
  const components = new Map<string, JSONSchema>()
  const twoWays = new Set(Object.entries(NAMED).flatMap(([id, schema]) => (differs(schema) ? [id] : [])))
  const nameOf = (id: string, way: Way): string => {
    if (!Object.hasOwn(NAMED, id)) throw new Error(`a schema that holds itself has no name: ${id}`)
    return way === 'input' && twoWays.has(id) ? `${id}Input` : id
  }
  const convert = (schema: z.ZodType, way: Way): JSONSchema => {
    // As part of another, it is referred to where it has a name itself.
    const { $defs = {}, properties } = jsonOf(z.object({ it: schema }), way, names)
    const referring = (found: unknown): JSONSchema => withRefs(found, (id) => `${COMPONENT}${nameOf(id, way)}`)
    for (const [id, found] of Object.entries($defs)) components.set(nameOf(id, way), referring(withoutId(found)))
    return referring(properties?.it)
  }
  return {
    components,
    converter: {
      condition: isSchema,
      convert(schema, { strategy }) {
        if (!isSchema(schema)) return [false, {}]
        // Nothing comes: neither a value nor the place for one.
        if (schema instanceof z.ZodVoid) return [true, {}]
        return [!schema.safeParse(undefined).success, convert(schema, strategy)]
      },
    },
  }
}

function differs(schema: z.ZodType): boolean {
  return JSON.stringify(jsonOf(schema, 'input')) !== JSON.stringify(jsonOf(schema, 'output'))
}

function jsonOf(schema: z.ZodType, io: Way, metadata?: typeof names) {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    ...(metadata === undefined ? {} : { metadata }),
    override({ zodSchema: { _zod }, jsonSchema }) {
      // A count that no number has exactly travels as its digits.
      if (_zod.def.type === 'bigint') Object.assign(jsonSchema, { type: 'string', pattern: '^-?\\d+$' })
      // A later Sluice may tell more: whoever reads it skips what it does not know.
      const { catchall } = _zod.def as { readonly catchall?: unknown }
      if (_zod.def.type === 'object' && catchall === undefined) delete jsonSchema.additionalProperties
    },
  })
}

function withRefs(found: unknown, name: (id: string) => string): JSONSchema {
  return JSON.parse(JSON.stringify(found), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(REF) ? name(value.slice(REF.length)) : value,
  ) as JSONSchema
}

function withoutId(found: object): object {
  return Object.fromEntries(Object.entries(found).filter(([key]) => key !== 'id' && key !== '$schema'))
}
