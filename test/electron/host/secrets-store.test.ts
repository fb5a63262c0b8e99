import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { byKeyRing, type KeyRing } from '../../../electron/desktop/key-ring'
import { byPassphrase, inMemory, passphraseFile, type SecretsStore } from '../../../electron/host/secrets-store'
import { UsageError } from '../../../electron/host/usage-error'
import { SecretUnavailable } from '../../../electron/services/connections/secrets'
import { createMemoryLog } from '../../helpers/memory-log'

const SECRET = 'hunter2 "ключ"'
const PASSPHRASE = 'correct horse'
let dir: string
let memory = createMemoryLog()
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-secrets-'))
  memory = createMemoryLog()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const open = async (store: SecretsStore | Promise<SecretsStore> = byPassphrase(PASSPHRASE)) =>
  (await store).open(dir, memory.log)
interface Content {
  salt: string
  probe: string
  sealed: Record<string, string>
}
const content = (): Content => JSON.parse(readFileSync(passphraseFile(dir), 'utf8')) as Content

/** One that has a key of its own, as a system's has. */
function ring(changes: Partial<KeyRing> = {}): KeyRing {
  const turned = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
  return {
    isAsyncEncryptionAvailable: () => Promise.resolve(true),
    getSelectedStorageBackend: () => 'gnome_libsecret',
    encryptStringAsync: (text) => Promise.resolve(turned(Buffer.from(text))),
    decryptStringAsync: (sealed) => Promise.resolve({ result: turned(sealed).toString(), shouldReEncrypt: false }),
    ...changes,
  }
}

describe.each([
  ['a passphrase', () => byPassphrase(PASSPHRASE), 'secrets-passphrase.json'],
  ['a key ring', () => byKeyRing(ring(), 'linux'), 'secrets-key-ring.json'],
] as const)('by %s', (_what, store, name) => {
  test('what is kept is there after a restart, and not to be read in the file', async () => {
    const first = await open(store())
    await first.set('a', 'password', SECRET)
    await first.set('a', 'tls-key', `${SECRET}!`)
    await first.set('b', 'password', '')
    const again = await open(store())
    expect(await again.get('a', 'password')).toBe(SECRET)
    expect(await again.get('a', 'tls-key')).toBe(`${SECRET}!`)
    expect(await again.get('b', 'password')).toBe('')
    expect([await again.has('a', 'password'), await again.has('b', 'tls-key')]).toEqual([true, false])
    expect(await again.get('b', 'tls-key')).toBeNull()
    const text = readFileSync(join(dir, name), 'latin1')
    for (const spelling of [SECRET, 'hunter2', Buffer.from(SECRET).toString('base64'), PASSPHRASE]) {
      expect(text).not.toContain(spelling)
    }
    expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600)
  })

  test('what is forgotten is gone, and one who forgets nothing writes nothing', async () => {
    const secrets = await open(store())
    await secrets.set('a', 'password', SECRET)
    await secrets.set('a', 'password', null)
    expect(await secrets.get('a', 'password')).toBeNull()
    const before = statSync(join(dir, name)).mtimeMs
    await secrets.set('never', 'tls-passphrase', null)
    expect(statSync(join(dir, name)).mtimeMs).toBe(before)
  })

  test('two processes see what the other keeps and forgets', async () => {
    const [one, other] = [await open(store()), await open(store())]
    await one.set('a', 'password', SECRET)
    expect(await other.get('a', 'password')).toBe(SECRET)
    await Promise.all([one.set('b', 'password', 'b'), other.set('c', 'password', 'c')])
    expect([await other.get('b', 'password'), await one.get('c', 'password')]).toEqual(['b', 'c'])
    await other.set('a', 'password', null)
    expect(await one.has('a', 'password')).toBe(false)
  })

  test('one put in another’s place, or changed, is not had, and what went wrong quotes nothing', async () => {
    const secrets = await open(store())
    await secrets.set('a', 'password', SECRET)
    await secrets.set('b', 'password', 'other')
    const file = JSON.parse(readFileSync(join(dir, name), 'utf8')) as Content
    const [mine = '', theirs = ''] = [file.sealed['a/password'], file.sealed['b/password']]
    for (const wrong of [theirs, mine.slice(0, -8), '', 'AAAA', mine.replace(/^..../, 'AAAA')]) {
      writeFileSync(join(dir, name), JSON.stringify({ ...file, sealed: { 'a/password': wrong } }))
      const had = await (await open(store())).get('a', 'password').catch((error: unknown) => error)
      expect(had).toBeInstanceOf(SecretUnavailable)
      expect(String((had as Error).stack)).not.toContain('hunter2')
    }
  })
})

describe('a passphrase', () => {
  test('that is another one is refused, and nothing is lost', async () => {
    await (await open()).set('a', 'password', SECRET)
    const before = content()
    await expect(open(byPassphrase('wrong horse'))).rejects.toThrow(UsageError)
    expect(content()).toEqual(before)
    expect(await (await open()).get('a', 'password')).toBe(SECRET)
  })

  test('of several that begin at once holds for all, with one salt; one with another is refused', async () => {
    const outcomes = await Promise.allSettled([open(), open(), open(byPassphrase('wrong horse'))])
    const opened = outcomes.filter(({ status }) => status === 'fulfilled')
    expect(opened.length).toBeGreaterThan(0)
    const { salt, probe } = content()
    expect([salt, probe]).toEqual([expect.any(String), expect.any(String)])
    const right = outcomes[2]?.status === 'fulfilled' ? 'wrong horse' : PASSPHRASE
    await expect(open(byPassphrase(right))).resolves.toBeDefined()
    expect(opened).toHaveLength(right === PASSPHRASE ? 2 : 1)
  })

  test('makes another key, and seals differently each time', async () => {
    const secrets = await open()
    await secrets.set('a', 'password', SECRET)
    const first = content().sealed['a/password']
    await secrets.set('a', 'password', SECRET)
    expect(content().sealed['a/password']).not.toBe(first)
    const salt = content().salt
    rmSync(passphraseFile(dir))
    await open()
    expect(content().salt).not.toBe(salt)
  })
})

describe('a key ring that is none', () => {
  test.each([
    ['no encryption', ring({ isAsyncEncryptionAvailable: () => Promise.resolve(false) }), 'darwin'],
    ['a password that everybody knows', ring({ getSelectedStorageBackend: () => 'basic_text' }), 'linux'],
    ['what is not known yet', ring({ getSelectedStorageBackend: () => 'unknown' }), 'linux'],
  ] as const)('%s: in memory, and that is told', async (_what, keyRing, platform) => {
    const store = await byKeyRing(keyRing, platform)
    expect(store.kept).toBe('no-key-ring')
    await (await open(store)).set('a', 'password', SECRET)
    expect(await (await open(store)).get('a', 'password')).toBeNull()
  })

  test('elsewhere than on Linux only whether it encrypts is asked', async () => {
    const unasked = ring({
      getSelectedStorageBackend: () => {
        throw new Error('there is no such thing here')
      },
    })
    expect((await byKeyRing(unasked, 'win32')).kept).toBe('key-ring')
  })
})

test('in memory nothing is written', async () => {
  await (await open(inMemory())).set('a', 'password', SECRET)
  expect(() => content()).toThrow(/ENOENT/)
})
