import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UsageError } from '../../../electron/host/usage-error'
import { changeTokens } from '../../../electron/web/tokens/token-cli'
import { openTokens, type Tokens } from '../../../electron/web/tokens/tokens'
import { readTokens, tokensFileOf } from '../../../electron/web/tokens/tokens-file'
import { createMemoryLog } from '../../helpers/memory-log'

let dir: string
let file: string
const opened: Tokens[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-tokens-'))
  file = tokensFileOf(dir)
})
afterEach(() => {
  for (const tokens of opened.splice(0)) tokens.close()
  rmSync(dir, { recursive: true, force: true })
})

async function run(...args: readonly string[]): Promise<{ said: string; noted: string }> {
  let [said, noted] = ['', '']
  await changeTokens([...args, '--data-dir', dir], {
    env: {},
    say: (text) => void (said += text),
    note: (text) => void (noted += text),
  })
  return { said, noted }
}
const open = (log = createMemoryLog().log): Tokens => {
  const tokens = openTokens(file, log, 10)
  opened.push(tokens)
  return tokens
}

describe('sluice token', () => {
  test('add says the token alone on standard output, and keeps its digest only', async () => {
    const { said, noted } = await run('add', 'ci', '--role', 'operator')
    expect(said).toMatch(/^sluice_[\w-]{43}\n$/)
    expect(noted).toContain('ci, an operator')
    const secret = said.trim()
    expect(noted).not.toContain(secret)
    expect(readFileSync(file, 'utf8')).not.toContain(secret.slice(7, 20))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(open().enter(secret)).toMatchObject({ name: 'ci', role: 'operator' })
  })

  test('each is another one, and a viewer where no role is given', async () => {
    const [a, b] = [await run('add', 'a'), await run('add', 'b')]
    expect(a.said).not.toBe(b.said)
    expect(readTokens(file)?.get('a')?.role).toBe('viewer')
  })

  test('list says names and roles, and no token', async () => {
    expect((await run('list')).said).toContain('There are no tokens')
    const { said: secret } = await run('add', 'ci', '--role', 'admin')
    const { said } = await run('list')
    expect(said).toMatch(/^ci {2}admin {2}since \d{4}-\d\d-\d\d /)
    for (const hidden of [secret.trim(), readTokens(file)?.get('ci')?.digest ?? '?']) expect(said).not.toContain(hidden)
  })

  test('revoke ends it at once in a host that runs', async () => {
    const secret = (await run('add', 'ci')).said.trim()
    const tokens = open()
    const entered = tokens.enter(secret)
    expect(entered?.stands()).toBe(true)
    await run('revoke', 'ci')
    expect([tokens.enter(secret), entered?.stands()]).toEqual([null, false])
  })

  test('one that was made anew under the same name is another', async () => {
    const secret = (await run('add', 'ci')).said.trim()
    const entered = open().enter(secret)
    await run('revoke', 'ci')
    await run('add', 'ci')
    expect(entered?.stands()).toBe(false)
  })

  test.each([
    ['nothing', []],
    ['another word', ['make', 'ci']],
    ['no name', ['add']],
    ['two names', ['add', 'a', 'b']],
    ['a name that is none', ['add', '../x']],
    ['the prototype', ['add', '__proto__']],
    ['another role', ['add', 'ci', '--role', 'root']],
    ['a role to revoke', ['revoke', 'ci', '--role', 'admin']],
    ['one that is not there', ['revoke', 'nobody']],
    ['what every object has', ['revoke', 'constructor']],
    ['another option', ['add', 'ci', '--password', 'x']],
    ['a name to list', ['list', 'ci']],
  ])('%s: refused, and nothing is kept', async (_what, args) => {
    await expect(run(...args)).rejects.toBeInstanceOf(UsageError)
    expect(readTokens(file)).toBeNull()
  })

  test('one name twice', async () => {
    await run('add', 'ci')
    const before = readFileSync(file, 'utf8')
    await expect(run('add', 'ci', '--role', 'admin')).rejects.toThrow(/there is a token ci already/)
    expect(readFileSync(file, 'utf8')).toBe(before)
  })
})

describe('a file that can’t be believed', () => {
  test.each([
    ['that others may read', 0o644, null],
    ['that is no JSON', 0o600, '{'],
    ['of another version', 0o600, '{"version":2,"tokens":{}}'],
    [
      'with a role that is none',
      0o600,
      `{"version":1,"tokens":{"a":{"role":"root","digest":"${'A'.repeat(43)}=","madeAt":1}}}`,
    ],
    ['with a digest that is none', 0o600, '{"version":1,"tokens":{"a":{"role":"admin","digest":"","madeAt":1}}}'],
  ])('%s: nobody of it gets in, and a host does not start on it', async (_what, mode, text) => {
    const secret = (await run('add', 'ci')).said.trim()
    const memory = createMemoryLog()
    const tokens = open(memory.log)
    expect(tokens.enter(secret)).not.toBeNull()
    const kept = readFileSync(file, 'utf8')
    rmSync(file)
    writeFileSync(file, text ?? kept, { mode })
    expect(tokens.enter(secret)).toBeNull()
    expect(memory.text()).toContain('nobody of it gets in')
    expect(() => openTokens(file, memory.log)).toThrow(/not-private|damaged/)
    await expect(run('list')).rejects.toBeInstanceOf(UsageError)
  })

  test('one that comes later is taken', async () => {
    const tokens = open()
    expect(tokens.enter('sluice_x')).toBeNull()
    const secret = (await run('add', 'ci')).said.trim()
    expect(tokens.enter(secret)).toMatchObject({ name: 'ci' })
  })
})
