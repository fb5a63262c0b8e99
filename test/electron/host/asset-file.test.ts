import { resolve, sep } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assetFile } from '../../../electron/host/asset-file'

const ROOT = resolve('/srv/renderer')

test('the page, an asset, a picture', () => {
  expect(assetFile(ROOT, '/')?.path).toBe(resolve(ROOT, 'index.html'))
  expect(assetFile(ROOT, '/assets/vendor-C0ffee_1.js')).toEqual({
    path: resolve(ROOT, 'assets/vendor-C0ffee_1.js'),
    contentType: 'text/javascript; charset=utf-8',
    immutable: true,
  })
  expect(assetFile(ROOT, '/favicon.svg')).toMatchObject({ contentType: 'image/svg+xml', immutable: false })
})

test.each([
  '',
  'index.html',
  '/..',
  '/../x.js',
  '/a/../../x.js',
  '/.x.js',
  '/a/.x.js',
  '//x.js',
  '/a//x.js',
  '/x.js/',
  '/%2e%2e/x.js',
  '/x%00.js',
  '/x\0.js',
  '/a\\x.js',
  '/c:/x.js',
  '/x.map',
  '/x.ts',
  '/x',
  '/é.js',
  '/x.js\n',
])('%j is no file of ours', (path) => expect(assetFile(ROOT, path)).toBeNull())

test('whatever is asked for, the file lies inside', () => {
  const piece = fc.constantFrom(
    '..',
    '.',
    '/',
    '\\',
    '%2e',
    '%2f',
    '%5c',
    '\0',
    'a',
    'assets',
    '.js',
    '.html',
    ':',
    '~',
  )
  const hostile = fc
    .array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 12 })
    .map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(hostile, (path) => {
      const file = assetFile(ROOT, `/${path}`)
      return (
        file === null ||
        (file.path.startsWith(ROOT + sep) && !file.path.split(sep).includes('..') && !file.path.includes('\0'))
      )
    }),
    { numRuns: 5_000 },
  )
})
