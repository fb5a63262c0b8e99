import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const FOLDER = 'electron/redis'
/** What the scripts that read are sent by; each of those is tried. */
const SENT_BY = ['read-script.ts']
const TESTS = readdirSync('test/electron', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join('test/electron', name), 'utf8'))
  .join('\n')

test('each file that sends a command is tried by a test', () => {
  const files = readdirSync(FOLDER).filter((name) =>
    /\b(reader|writer)\.(call|write)\(\s*'[A-Z]/.test(
      name.endsWith('.ts') ? readFileSync(join(FOLDER, name), 'utf8') : '',
    ),
  )
  expect(files.length).toBeGreaterThan(20)
  const untried = files.filter((name) => !TESTS.includes(`/${FOLDER}/${name.slice(0, -'.ts'.length)}'`))
  expect(untried).toEqual(SENT_BY)
})
