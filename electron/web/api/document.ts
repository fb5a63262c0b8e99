import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi'
import { contract } from '../../../shared/contract'
import type { ProcedureMeta } from '../../../shared/contract/base'
import { appErrors, type AppErrorCode } from '../../../shared/error-data'
import { ERROR_STATUS, FAULT_STATUS } from '../../../shared/error-status'
import { apiProcedureWords } from '../../../shared/words/en/api-procedure-words'
import { apiWords } from '../../../shared/words/en/api-words'
import { WEB_PATHS } from '../../../shared/web-paths'
import { APP_VERSION } from '../../host/host-backend'
import { createJsonSchemas } from './json-schemas'

const ERROR = 'Error'
const component = (kind: string, name: string): string => `#/components/${kind}/${name}`
/** By what name the body of an error is told. */
const errorName = (code: string): string => `${ERROR}.${code}`

/** What every procedure may answer before it is called, or because of a fault. */
const RESPONSES = {
  401: 'unauthorized',
  403: 'hostRefused',
  413: 'tooLarge',
  415: 'notJson',
  429: 'tooManyTries',
  [FAULT_STATUS]: 'failed',
} as const

const DECLARED: ReadonlySet<number> = new Set(Object.values(ERROR_STATUS))

/** The contract as OpenAPI 3.1. `base`: below which all of it lies. */
export async function makeDocument(base: string): Promise<OpenAPI.Document> {
  const schemas = createJsonSchemas()
  const document = await new OpenAPIGenerator({ schemaConverters: [schemas.converter] }).generate(contract, {
    info: { title: apiWords.title, version: APP_VERSION, description: apiWords.description },
    servers: [{ url: `${base}${WEB_PATHS.api}` }],
    security: [{ token: [] }],
  })
  const errors = Object.keys(appErrors).map((code) => errorSchema(code as AppErrorCode, schemas))
  return {
    ...document,
    tags: Object.keys(contract).map((name) => ({ name })),
    paths: Object.fromEntries(
      Object.entries(document.paths ?? {}).map(([path, item]) => [path, { post: told(path, item?.post ?? {}) }]),
    ) as OpenAPI.PathsObject,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: apiWords.tokenScheme } },
      responses: Object.fromEntries([
        ...Object.entries(RESPONSES)
          .filter(([status]) => !DECLARED.has(Number(status)))
          .map(([, name]) => [name, { description: apiWords.responses[name], content: asError(ERROR) }]),
        ...refusals(),
      ]) as NonNullable<OpenAPI.ComponentsObject['responses']>,
      schemas: Object.fromEntries(
        [[ERROR, ANY_ERROR] as const, ...errors, ...schemas.components].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ) as NonNullable<OpenAPI.ComponentsObject['schemas']>,
    },
  }
}

const SAYS = { code: { type: 'string' }, status: { type: 'integer' }, message: { type: 'string' } } as const
const ANY_ERROR = {
  type: 'object',
  properties: { ...SAYS, defined: { type: 'boolean' }, data: {} },
  required: Object.keys(SAYS),
}

function errorSchema(code: AppErrorCode, { converter }: ReturnType<typeof createJsonSchemas>) {
  const converted = converter.convert(appErrors[code], { strategy: 'output' }) as [boolean, object]
  const properties = { ...SAYS, code: { const: code }, status: { const: ERROR_STATUS[code] }, defined: { const: true } }
  return [
    errorName(code),
    {
      description: apiWords.errors[code],
      type: 'object',
      properties: { ...properties, data: converted[1] },
      required: [...Object.keys(properties), 'data'],
    },
  ] as const
}

function asError(...names: readonly string[]) {
  return { 'application/json': { schema: { anyOf: names.map((name) => ({ $ref: component('schemas', name) })) } } }
}

/** With its words, and with what is answered before it is called. */
function told(path: string, operation: OpenAPI.OperationObject): OpenAPI.OperationObject {
  const [noun = '', name = ''] = path.slice(1).split('/')
  const { meta } = procedureOf(noun, name)
  const { role, mutates, irreversible, fields } = meta
  const description = [
    apiWords.role(role),
    ...Object.entries(fields).map(([field, needs]) => apiWords.fieldRole(field, needs)),
    ...(mutates ? [apiWords.mutates] : []),
    ...(irreversible ? [apiWords.irreversible] : []),
  ].join(' ')
  // The same for each of them: told once.
  const refusals = Object.keys(operation.responses ?? {}).filter((status) => status !== '200')
  const named = [...Object.entries(RESPONSES), ...refusals.map((status) => [status, refusedName(status)])]
  const others = named.map(([status, of]) => [status, { $ref: component('responses', of ?? '') }])
  return {
    ...operation,
    tags: [noun],
    summary: procedureWords(noun, name),
    description,
    responses: {
      ...Object.fromEntries(others),
      200: { ...operation.responses?.['200'], description: apiWords.ok },
    } as OpenAPI.ResponsesObject,
    ...{ 'x-sluice-role': role, 'x-sluice-mutates': mutates, 'x-sluice-irreversible': irreversible },
  }
}

function refusedName(status: string): string {
  return `refused.${status}`
}

/** What the contract declares for each status, and what the host may say with it by itself. */
function refusals() {
  const all = Object.keys(appErrors) as AppErrorCode[]
  return [...DECLARED].map((status) => {
    const codes = all.filter((code) => ERROR_STATUS[code] === status)
    const own = Object.entries(RESPONSES).flatMap(([of, name]) =>
      of === String(status) ? [apiWords.responses[name]] : [],
    )
    const description = [...codes.map((code) => `${code}: ${apiWords.errors[code]}`), ...own].join(' ')
    return [refusedName(String(status)), { description, content: asError(...codes.map(errorName), ERROR) }] as const
  })
}

function procedureOf(noun: string, name: string): { readonly meta: ProcedureMeta } {
  const nouns: Readonly<
    Record<string, Readonly<Record<string, { readonly '~orpc': { readonly meta: ProcedureMeta } }>>>
  > = contract
  const procedure = nouns[noun]?.[name]
  if (procedure === undefined) throw new Error(`no such procedure: ${noun}.${name}`)
  return procedure['~orpc']
}

function procedureWords(noun: string, name: string): string {
  const words: Readonly<Record<string, Readonly<Record<string, string>>>> = apiProcedureWords
  return words[noun]?.[name] ?? ''
}
