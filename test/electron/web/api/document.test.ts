import { getEventIteratorSchemaDetails } from '@orpc/contract'
import type { OpenAPI } from '@orpc/openapi'
import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeDocument } from '../../../../electron/web/api/document'
import { apiPage } from '../../../../electron/web/api/page'
import { appErrors, type AppErrorCode } from '../../../../shared/error-data'
import { ERROR_STATUS, FAULT_STATUS } from '../../../../shared/error-status'
import { apiWords } from '../../../../shared/words/en/api-words'
import { contract } from '../../../../shared/contract'
import { NEEDS } from '../../../helpers/procedure-needs'

interface Declared {
  readonly '~orpc': {
    readonly inputSchema?: { safeParse(value: unknown): { success: boolean } }
    readonly outputSchema?: never
    readonly meta: { readonly mutates: boolean; readonly irreversible: boolean }
  }
}
const procedures = Object.entries(contract).flatMap(([noun, all]) =>
  Object.entries<unknown>(all).map(([name, it]) => ({ path: `${noun}.${name}`, it: (it as Declared)['~orpc'] })),
)
let document: OpenAPI.Document
let text: string
beforeAll(async () => {
  document = await makeDocument('/sluice')
  text = JSON.stringify(document)
})
const operationOf = (path: string): OpenAPI.OperationObject => {
  const item = document.paths?.[`/${path.replace('.', '/')}`]
  expect(Object.keys(item ?? {})).toEqual(['post'])
  return item?.post as OpenAPI.OperationObject
}

test('it is OpenAPI 3.1, says a validator of it', async () => {
  const validator = new Validator()
  expect(await validator.validate(JSON.parse(text) as Record<string, unknown>)).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
  expect(document.servers).toEqual([{ url: '/sluice/api' }])
})

test('the validator would find a fault', async () => {
  const broken = JSON.parse(text) as { paths: Record<string, { post: { responses: unknown } }> }
  broken.paths['/job/list']!.post.responses = { nonsense: 1 }
  expect(await new Validator().validate(broken)).toMatchObject({ valid: false })
})

test('each procedure is in it, and nothing else', () => {
  expect(Object.keys(document.paths ?? {}).sort()).toEqual(
    procedures.map(({ path }) => `/${path.replace('.', '/')}`).sort(),
  )
})

test('what is referred to is there, and all that is there is referred to', () => {
  const { schemas = {}, responses = {} } = document.components ?? {}
  const there = [
    ...Object.keys(schemas).map((name) => `#/components/schemas/${name}`),
    ...Object.keys(responses).map((name) => `#/components/responses/${name}`),
  ]
  const referred = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? ''))
  expect([...referred].filter((ref) => !there.includes(ref))).toEqual([])
  expect(there.filter((ref) => !referred.has(ref))).toEqual([])
})

describe.each(procedures)('$path', ({ path, it }) => {
  test('has its input, its output, its errors and its role', () => {
    const operation = operationOf(path)
    const input = (operation.requestBody as OpenAPI.RequestBodyObject | undefined)?.content?.['application/json']
    expect(input === undefined).toBe(it.inputSchema === undefined)
    const responses = operation.responses as Record<string, OpenAPI.ResponseObject & { $ref?: string }>
    const content = Object.keys(responses['200']?.content ?? {})
    const schema = it.outputSchema as unknown as { _zod: { def: { type: string } } } | undefined
    if (getEventIteratorSchemaDetails(it.outputSchema) !== undefined) expect(content).toEqual(['text/event-stream'])
    else expect(content).toEqual(schema?._zod.def.type === 'void' ? [] : ['application/json'])
    for (const code of Object.keys(appErrors) as AppErrorCode[]) {
      const name = responses[ERROR_STATUS[code]]?.$ref?.replace('#/components/responses/', '') ?? ''
      expect(JSON.stringify(document.components?.responses?.[name])).toContain(`#/components/schemas/Error.${code}"`)
    }
    expect(operation).toMatchObject({
      'x-sluice-role': NEEDS[path as keyof typeof NEEDS],
      'x-sluice-mutates': it.meta.mutates,
    })
    expect(operation.summary).toMatch(/\.$/)
  })
})

const SENT_AGAIN = [408, 409, 425, 429, 500, 502, 503, 504]
test('nothing that may have been carried out is answered by what clients send again', () => {
  for (const code of ['UNKNOWN_OUTCOME', 'REDIS', 'ODD_REPLY', 'NOT_CARRIED_OUT', 'STORAGE'] as const) {
    expect(SENT_AGAIN).not.toContain(ERROR_STATUS[code])
  }
  expect(SENT_AGAIN).not.toContain(FAULT_STATUS)
  for (const { path } of procedures) expect(operationOf(path).responses).not.toHaveProperty('500')
  expect(JSON.stringify(document.components?.responses?.['refused.422'])).toContain(apiWords.responses.failed)
})

describe('the page', () => {
  test('names each procedure and each error, loads nothing from elsewhere, and needs no script or style of its own', () => {
    const page = apiPage(document, '/sluice')
    for (const { path } of procedures) expect(page).toContain(`POST /sluice/api/${path.replace('.', '/')}<`)
    for (const code of Object.keys(appErrors)) expect(page).toContain(`<code>${code}</code>`)
    expect(page).not.toMatch(/<script|<style| style=| on\w+=|(?:src|href)="(?!#|\/sluice\/api|data:)/)
  })

  test('where a link leads on the page, there is something', () => {
    const page = apiPage(document, '')
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    expect(ids.size).toBeGreaterThan(procedures.length)
    expect([...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !ids.has(id))).toEqual([])
  })
})
