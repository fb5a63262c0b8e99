import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const DIR = resolve(import.meta.dirname, '../../../electron/web')

test('no path of the web host stands anywhere but in shared/web-paths.ts, which npm run dev passes on', () => {
  const names = readdirSync(DIR, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const found = names.flatMap((name) => {
    const text = readFileSync(join(DIR, name), 'utf8')
    return [...text.matchAll(/['"`](\/[a-z][\w./-]*)['"`]/g)].map(([, path]) => `${name}: ${path}`)
  })
  expect(found).toEqual([])
})
