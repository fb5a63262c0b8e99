import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readPassphrase } from '../../../electron/host/read-passphrase'

const dir = mkdtempSync(join(tmpdir(), 'sluice-passphrase-'))
afterAll(() => rmSync(dir, { recursive: true }))
function file(text: string, mode: number): string {
  const path = join(dir, `${mode}`)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}
const read = (path: string | null, env: NodeJS.ProcessEnv = {}) => readPassphrase({ file: path, ask: 'no', env })

test('none given is none; one of the environment is taken out of it', async () => {
  expect(await read(null)).toBeNull()
  const env = { SLUICE_PASSPHRASE: 'correct horse', PATH: '/bin' }
  expect(await read(null, env)).toMatchObject({ kept: 'passphrase' })
  expect(env).toEqual({ PATH: '/bin' })
})

test('one of a file that only its owner may read', async () => {
  expect(await read(file('correct horse\n', 0o600))).toMatchObject({ kept: 'passphrase' })
  expect(await read(file('correct horse\n', 0o400))).toMatchObject({ kept: 'passphrase' })
})

test.each([0o644, 0o640, 0o602, 0o604])('a file of mode %o is refused, and its passphrase not said', async (mode) => {
  const refused: unknown = await read(file('correct horse', mode)).catch((error: unknown) => error)
  expect(refused).toMatchObject({ name: 'UsageError', message: expect.stringMatching(/chmod 600/) as string })
  expect(String(refused)).not.toContain('horse')
})

test('so is one that is not there, too short, or would have to be asked for where there is no terminal', async () => {
  await expect(read('/no/such')).rejects.toThrow(/ENOENT/)
  await expect(read('/dev/zero')).rejects.toThrow(/--passphrase-file/)
  await expect(read(null, { SLUICE_PASSPHRASE: 'short' })).rejects.toThrow(/at least 8 characters/)
  await expect(readPassphrase({ file: null, ask: 'new', env: {} })).rejects.toThrow(/no terminal/)
})
