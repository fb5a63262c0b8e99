import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { utils } from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KeyLocked, unlockOpenSshKey } from '../../../../electron/redis/ssh/unlock-key'
import { requireBinary } from '../../../helpers/find-binary'

const PASSPHRASE = 'pass phräse'
const dir = mkdtempSync(join(tmpdir(), 'sluice-unlock-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

let made = 0
/** By ssh-keygen, with one round where not told otherwise. */
function makeKey(options: readonly string[] = [], type = 'ed25519') {
  const file = join(dir, `key-${(made += 1)}`)
  const common = ['-q', '-t', type, '-N', PASSPHRASE, '-C', 'a comment', '-f', file]
  execFileSync(requireBinary('ssh-keygen'), [...common, ...(options.includes('-a') ? [] : ['-a', '1']), ...options])
  return { locked: readFileSync(file, 'utf8'), public: readFileSync(`${file}.pub`, 'utf8').split(' ')[1] }
}
/** As ssh2 reads it, without a passphrase. */
function publicOf(text: string): string {
  const key = utils.parseKey(text)
  if (key instanceof Error) throw key
  expect(key.isPrivateKey()).toBe(true)
  return key.getPublicSSH().toString('base64')
}
const whyNot = (unlocked: Promise<string>): Promise<string> =>
  unlocked.then(
    () => 'opened',
    (error: unknown) => (error instanceof KeyLocked ? error.why : String(error)),
  )
/** The key with another number of rounds, which is the last of the options of its derivation. */
function withRounds(locked: string, rounds: number): string {
  const [head = '', ...lines] = locked.trim().split('\n')
  const data = Buffer.from(lines.slice(0, -1).join(''), 'base64')
  const kdf = data.indexOf('bcrypt') + 'bcrypt'.length
  data.writeUInt32BE(rounds, kdf + 4 + data.readUInt32BE(kdf) - 4)
  return [head, data.toString('base64'), lines.at(-1)].join('\n')
}

describe('an encrypted key is opened', () => {
  test.each([
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'aes128-cbc',
    'aes192-cbc',
    'aes256-cbc',
    '3des-cbc',
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
  ])('by %s', async (cipher) => {
    const key = makeKey(['-Z', cipher])
    const opened = await unlockOpenSshKey(key.locked, PASSPHRASE)
    expect(publicOf(opened)).toBe(key.public)
    expect(await whyNot(unlockOpenSshKey(key.locked, `${PASSPHRASE} `))).toBe('wrong')
  })

  test.each([
    ['rsa', ['-b', '2048']],
    ['ecdsa', []],
  ] as const)('of type %s', async (type, options) => {
    const key = makeKey(options, type)
    expect(publicOf(await unlockOpenSshKey(key.locked, PASSPHRASE))).toBe(key.public)
  })

  test('with the lines of Windows, and what stands around it', async () => {
    const key = makeKey()
    const text = `a note\r\n${key.locked.replaceAll('\n', '\r\n')}\r\n`
    expect(publicOf(await unlockOpenSshKey(text, PASSPHRASE))).toBe(key.public)
  })
})

describe('the thread that serves all else', () => {
  let slow: string
  beforeAll(() => {
    slow = withRounds(makeKey().locked, 0xff_ff_ff_ff)
  })

  test('goes on while a key is tried', async () => {
    const key = makeKey(['-a', '16'])
    let [turns, isOver] = [0, false]
    const turn = (): void => {
      turns += 1
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    await unlockOpenSshKey(key.locked, PASSPHRASE)
    isOver = true
    expect(turns).toBeGreaterThan(10)
  })

  test('is not held by a key with four billion rounds: it ends when its time is up', async () => {
    expect(await whyNot(unlockOpenSshKey(slow, PASSPHRASE, { limitMs: 50 }))).toBe('slow')
  })

  test('nor where nobody waits for it any more', async () => {
    const left = new AbortController()
    const opening = unlockOpenSshKey(slow, PASSPHRASE, { signal: left.signal })
    left.abort(new Error('left'))
    await expect(opening).rejects.toThrow('left')
    await expect(unlockOpenSshKey(slow, PASSPHRASE, { signal: left.signal })).rejects.toThrow('left')
  })
})

describe('what is no such key', () => {
  let locked: string
  beforeAll(() => {
    locked = makeKey().locked
  })

  test('is said to be unreadable', async () => {
    const begin = '-----BEGIN OPENSSH PRIVATE KEY-----'
    const texts = [begin, `${begin}\n${Buffer.from('openssh-key-v1\0').toString('base64')}`, locked.slice(0, 200)]
    for (const text of texts) expect(await whyNot(unlockOpenSshKey(text, PASSPHRASE))).toBe('unreadable')
    expect(await whyNot(unlockOpenSshKey(withRounds(locked, 0), PASSPHRASE))).toBe('unreadable')
    expect(await whyNot(unlockOpenSshKey(makeKey(['-Z', 'chacha20-poly1305@openssh.com']).locked, PASSPHRASE))).toBe(
      'unreadable',
    )
    expect(await whyNot(unlockOpenSshKey(locked, ''))).toBe('unreadable')
  })

  test('whatever byte of it is another one, or however short it is, nothing but a KeyLocked is thrown', async () => {
    const lines = locked.trim().split('\n')
    const data = Buffer.from(lines.slice(1, -1).join(''), 'base64')
    // What is derived again for each is not what is tried here.
    const options = { limitMs: 2_000 }
    const body = fc.tuple(fc.nat(data.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(data.length))
    await fc.assert(
      fc.asyncProperty(body, async ([at, by, length]) => {
        const other = Buffer.from(data)
        other[at] = (other[at] ?? 0) ^ by
        const text = [lines[0], other.subarray(0, length).toString('base64'), lines.at(-1)].join('\n')
        expect(['wrong', 'slow', 'unreadable', 'opened']).toContain(
          await whyNot(unlockOpenSshKey(text, PASSPHRASE, options)),
        )
      }),
      { numRuns: 40 },
    )
  })
})
