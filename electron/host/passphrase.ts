import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { secretsWords } from '../../shared/words/en/secrets-words'
import type { Encryptor } from '../services/connections/sealed-secrets'
import type { JsonFile } from '../services/lib/json-file'
import { UsageError } from './usage-error'

/** 128 MiB and a good part of a second, once at start. https://www.rfc-editor.org/rfc/rfc7914 */
const COST = { N: 131_072, r: 8, p: 1, maxmem: 268_435_456 }
const [SALT_BYTES, IV_BYTES, TAG_BYTES] = [16, 12, 16]
const PROBE = 'sluice'

const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt)

/**
 * AES-256-GCM with a key that scrypt makes of the passphrase. The salt stands in the file, with a seal that tells a wrong
 * passphrase: then it throws `UsageError`, and the file stays as it is.
 */
export async function passphraseEncryptor(file: JsonFile, passphrase: string): Promise<Encryptor> {
  // Of two processes that begin at once one makes the salt, and both use it.
  if (saltOf(file) === null) {
    await file.update((content) =>
      typeof content['salt'] === 'string' ? content : { ...content, version: 1, salt: newSalt() },
    )
  }
  const encryptor = withKey(await derive(passphrase, saltOf(file) ?? Buffer.alloc(0), 32, COST))
  const { probe } = file.content
  if (typeof probe === 'string') {
    await encryptor.open(Buffer.from(probe, 'base64'), PROBE).catch(() => {
      throw new UsageError(secretsWords.wrongPassphrase)
    })
    return encryptor
  }
  const sealed = (await encryptor.seal(PROBE, PROBE)).toString('base64')
  let lost = false
  await file.update((content) => {
    lost = typeof content['probe'] === 'string'
    return lost ? content : { ...content, probe: sealed }
  })
  // Another process was faster, perhaps with another passphrase.
  return lost ? passphraseEncryptor(file, passphrase) : encryptor
}

function newSalt(): string {
  return randomBytes(SALT_BYTES).toString('base64')
}

function saltOf({ content }: JsonFile): Buffer | null {
  const { salt } = content
  return typeof salt === 'string' ? Buffer.from(salt, 'base64') : null
}

function withKey(key: Buffer): Encryptor {
  return {
    seal(secret, about) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(about))
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Promise.resolve(Buffer.concat([iv, cipher.getAuthTag(), text]))
    },
    async open(sealed, about) {
      const [iv, tag] = [sealed.subarray(0, IV_BYTES), sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)]
      if (tag.length < TAG_BYTES) throw new Error('too short')
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(about)).setAuthTag(tag)
      const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
      return Promise.resolve(text.toString('utf8'))
    },
  }
}
