import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appPath } from '../../../electron/desktop/app-origin'
import { createAppProtocol } from '../../../electron/desktop/app-protocol'

let dir: string
let handle: (request: Request) => Promise<Response>
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-app-'))
  mkdirSync(join(dir, 'renderer/assets'), { recursive: true })
  writeFileSync(join(dir, 'renderer/index.html'), 'the page')
  writeFileSync(join(dir, 'renderer/assets/index-AbCd1234.js'), 'export {}')
  writeFileSync(join(dir, 'secret.html'), 'outside')
  writeFileSync(join(dir, 'renderer/.env'), 'outside')
  handle = createAppProtocol(join(dir, 'renderer'))
})
afterAll(() => rmSync(dir, { recursive: true }))

/** A request whose address is just this text: `Request` would tidy it up. */
const ask = (url: string, method = 'GET'): Promise<Response> => handle({ url, method } as Request)

test('serves the page and its assets, with their types and the policy', async () => {
  const page = await ask('app://sluice/')
  expect([page.status, await page.text(), page.headers.get('content-type')]).toEqual([
    200,
    'the page',
    'text/html; charset=utf-8',
  ])
  const asset = await ask('app://sluice/assets/index-AbCd1234.js?v#top')
  expect([asset.status, asset.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
  expect(asset.headers.get('cache-control')).toContain('immutable')
})

describe('nothing else', () => {
  test.each([
    'app://sluice/../secret.html',
    'app://sluice/assets/../../secret.html',
    'app://sluice/%2e%2e/secret.html',
    'app://sluice/..%2fsecret.html',
    'app://sluice/%252e%252e%252fsecret.html',
    'app://sluice/..\\secret.html',
    'app://sluice/..%5csecret.html',
    'app://sluice/....//secret.html',
    'app://sluice//secret.html',
    'app://sluice/index.html%00.js',
    'app://sluice/index.html\0.js',
    'app://sluice/.env',
    'app://sluice/assets',
    'app://sluice/nothing.js',
    'app://sluice',
    'app://other/index.html',
    'app://sluice.evil/index.html',
    'app://sluice:80/index.html',
    'app://user@sluice/index.html',
    'file:///etc/passwd',
    'https://sluice/index.html',
    '',
  ])('%j is not found', async (url) => {
    const response = await ask(url)
    expect([response.status, await response.text()]).toEqual([404, ''])
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused', async (method) => {
    expect((await ask('app://sluice/', method)).status).toBe(405)
  })

  test('HEAD has no body', async () => {
    const response = await ask('app://sluice/', 'HEAD')
    expect([response.status, await response.text(), response.headers.get('content-length')]).toEqual([200, '', '8'])
  })
})

test('every answer has the policy, and it lets the page connect to nothing', async () => {
  for (const [url, method] of [['app://sluice/'], ['app://sluice/x.js'], ['app://sluice/', 'POST']] as const) {
    const { headers } = await ask(url, method)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'none'; img-src 'self' data:; " +
        "font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
  }
})

test('an address is ours or not, whatever follows it', () => {
  expect(appPath('app://sluice/a?b#c')).toBe('/a')
  expect(appPath('app://sluice/a\n/../b')).toBe('/a\n/../b')
  expect(appPath('APP://sluice/')).toBeNull()
})
