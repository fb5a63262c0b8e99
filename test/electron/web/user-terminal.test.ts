import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isPassword } from '../../../electron/web/users/password-hash'
import { readUsers, usersFileOf } from '../../../electron/web/users/users-file'
import { describeUnless } from '../../helpers/describe-unless'

// A terminal of its own for a program, by util-linux: Debian is never without. https://man7.org/linux/man-pages/man1/script.1.html
const hasScript = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '')
const CLI = resolve(import.meta.dirname, '../../../out/server/cli.js')
const PASSWORD = 'correct horse'

describeUnless(hasScript ? null : 'there is no script of util-linux here', 'sluice user add, at a terminal', () => {
  let dir: string
  beforeEach(() => {
    if (!existsSync(CLI)) throw new Error('There is no build. `npm test` makes one; by hand: npm run build')
    dir = mkdtempSync(join(tmpdir(), 'sluice-terminal-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  /** Types one answer after the other, each once it is asked for; gives all that the terminal showed. */
  async function type(...answers: readonly string[]): Promise<{ shown: string; code: number | null }> {
    const command = `'${process.execPath}' '${CLI}' user add anna --role viewer --data-dir '${dir}'`
    const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const left = [...answers]
    let [shown, asked] = ['', 0]
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString()
      for (
        const questions = shown.match(/(?:Password for anna|Once more): /g)?.length ?? 0;
        asked < questions;
        asked += 1
      ) {
        child.stdin.write(left.shift() ?? '')
      }
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    return { shown, code }
  }

  test('asks twice, shows nothing of what is typed, and keeps it', async () => {
    const { shown, code } = await type(`${PASSWORD}\r`, `${PASSWORD}\r`)
    expect(shown).not.toMatch(/correct|horse|\*/)
    expect(code).toBe(0)
    const hash = readUsers(usersFileOf(dir))?.get('anna')?.password ?? null
    expect(await isPassword(PASSWORD, hash, { of: 'known', who: 'me' })).toBe(true)
    expect(readFileSync(usersFileOf(dir), 'utf8')).not.toContain(PASSWORD)
  })

  test('what was taken back is no part of it', async () => {
    const { shown, code } = await type('wrong\u0015correct hore\u007fse\r', `${PASSWORD}\r`)
    expect(shown).not.toMatch(/wrong|correct|hor/)
    expect(code).toBe(0)
  })

  test.each([
    ['another one the second time', ['correct horse\r', 'correct house\r'], 2],
    ['one that is short', ['short\r', 'short\r'], 2],
    ['Ctrl+C', ['correct\u0003'], 130],
    ['Ctrl+D', ['\u0004'], 130],
    ['Ctrl+D the second time', [`${PASSWORD}\r`, '\u0004'], 130],
  ] as const)('%s: nothing is kept, or shown', async (_what, answers, expected) => {
    const { shown, code } = await type(...answers)
    expect(shown).not.toMatch(/correct|house|horse|short\r?$|unsettled/m)
    expect(code).toBe(expected)
    expect(readUsers(usersFileOf(dir))).toBeNull()
  })
})
