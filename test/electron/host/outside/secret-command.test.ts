import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { takeConnectionArguments } from '../../../../electron/host/outside/connection-arguments'
import { readGiven } from '../../../../electron/host/outside/read-given'
import { readSecret } from '../../../../electron/host/outside/secret-source'
import { SecretUnavailable } from '../../../../electron/services/connections/secrets'
import { sentence } from '../../../../shared/words/messages'

const dir = mkdtempSync(join(tmpdir(), 'sluice-command-'))
afterAll(() => rmSync(dir, { recursive: true }))
const run = (...argv: readonly string[]) => readSecret({ kind: 'command', argv })
const read = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const named = takeConnectionArguments(args)
  return readGiven({ arguments: named, addresses: named.rest, env })
}

describe('a command', () => {
  test('is run as it stands, and no shell sees it', async () => {
    const touched = join(dir, 'touched')
    expect(await run('printf', '%s', `$(touch ${touched}); touch ${touched} && echo *`)).toBe(
      `$(touch ${touched}); touch ${touched} && echo *`,
    )
    expect(existsSync(touched)).toBe(false)
  })

  test('loses its last line end, and may print none', async () => {
    expect(await run('printf', ' a \n\n')).toBe(' a \n')
    expect(await run('true')).toBeNull()
  })

  test.each([
    ['fails', ['sh', '-c', 'echo hunter2; echo hunter2 >&2; exit 3'], /^sh gave none \(3\)$/],
    ['is not there', ['/no/such/command', 'hunter2'], /^\/no\/such\/command gave none \(ENOENT\)$/],
    ['prints without end', ['yes', 'hunter2'], /^yes gave none \(ERR_CHILD_PROCESS_STDIO_MAXBUFFER\)$/],
  ])('that %s is named, and nothing that it printed or was given', async (_what, argv, words) => {
    const error = await run(...argv).catch((each: unknown) => each)
    if (!(error instanceof SecretUnavailable)) throw new Error('it gave one')
    expect(sentence(error.why)).toMatch(words)
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('hunter2')
  })
})

describe('is taken', () => {
  const argv = ['pass', 'show', 'redis']
  const list = JSON.stringify([{ url: 'h:1', passwordCommand: argv }])
  function file(mode: number): string {
    const path = join(dir, `list-${mode}.json`)
    writeFileSync(path, list)
    chmodSync(path, mode)
    return path
  }

  test('from the command line, and from a file that is only its owner’s; it is not run before it is needed', async () => {
    const expected = { kind: 'command', argv }
    const of = async (args: readonly string[], env: NodeJS.ProcessEnv) =>
      (await read(args, env)).connections[0]?.secrets.password
    expect(await of(['h:1', '--pass-command', JSON.stringify(argv)], {})).toEqual(expected)
    expect(await of([], { SLUICE_CONNECTIONS: file(0o600) })).toEqual(expected)
  })

  test.each([
    ['of a variable', () => ({ SLUICE_CONNECTIONS: list })],
    ['of a file that others may read', () => ({ SLUICE_CONNECTIONS: file(0o644) })],
    ['of a file that others may write', () => ({ SLUICE_CONNECTIONS: file(0o620) })],
  ])('never from a list %s', async (_what, env) => {
    await expect(read([], env())).rejects.toThrow(/connections\.0\.passwordCommand: A command is taken only from/)
  })

  test.each(['pass show redis', '"pass"', '[]', '[1]', '{"a": 1}', '["a"'])('never as %s', async (text) => {
    await expect(read(['h:1', '--pass-command', text])).rejects.toThrow(/^--pass-command: Give it as a JSON array/)
  })
})
