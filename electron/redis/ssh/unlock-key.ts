import { createDecipheriv, type CipherGCMTypes } from 'node:crypto'
import { deriveKey, type DeriveOptions } from './derive-key'

/** Why an encrypted key can't be opened. `slow`: its passphrase was made harder to try than there is time for. */
export class KeyLocked extends Error {
  override readonly name = 'KeyLocked'
  constructor(readonly why: 'wrong' | 'slow' | 'unreadable') {
    super(why)
  }
}

const MAGIC = Buffer.from('openssh-key-v1\0')
const [HEAD, TAIL] = ['-----BEGIN OPENSSH PRIVATE KEY-----', '-----END OPENSSH PRIVATE KEY-----']
/** By the names that OpenSSH has for them; what is not here can't be read. Lengths in bytes. */
const CIPHERS: Readonly<Record<string, { readonly name: string; readonly key: number; readonly iv: number }>> = {
  'aes128-ctr': { name: 'aes-128-ctr', key: 16, iv: 16 },
  'aes192-ctr': { name: 'aes-192-ctr', key: 24, iv: 16 },
  'aes256-ctr': { name: 'aes-256-ctr', key: 32, iv: 16 },
  'aes128-cbc': { name: 'aes-128-cbc', key: 16, iv: 16 },
  'aes192-cbc': { name: 'aes-192-cbc', key: 24, iv: 16 },
  'aes256-cbc': { name: 'aes-256-cbc', key: 32, iv: 16 },
  '3des-cbc': { name: 'des-ede3-cbc', key: 24, iv: 8 },
  'aes128-gcm@openssh.com': { name: 'aes-128-gcm', key: 16, iv: 12 },
  'aes256-gcm@openssh.com': { name: 'aes-256-gcm', key: 32, iv: 12 },
}
const GCM_TAG = 16

/** Of a key in OpenSSH's own format. That is slow to open on purpose, and no other is. */
export function isOpenSshKey(text: string): boolean {
  return text.includes(HEAD)
}

/**
 * The same key without its passphrase, in OpenSSH's format; one that has none, as it is. What takes its time is done on another
 * thread, within the limits of `deriveKey`. Throws `KeyLocked`, and the signal's reason.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export async function unlockOpenSshKey(text: string, passphrase: string, options: DeriveOptions = {}): Promise<string> {
  const key = readKey(text)
  if (key.kdf === 'none') return text
  const cipher = CIPHERS[key.cipher]
  if (key.kdf !== 'bcrypt' || cipher === undefined) throw new KeyLocked('unreadable')
  const kdf = new Fields(key.kdfOptions)
  const [salt, rounds] = [kdf.bytes(), kdf.number()]
  const derived = await deriveKey({ passphrase, salt, rounds, length: cipher.key + cipher.iv }, options)
  if (typeof derived === 'string') throw new KeyLocked(derived)
  const opened = decrypt(key, cipher.name, derived.subarray(0, cipher.key), derived.subarray(cipher.key))
  // The same number twice, which only the right passphrase gives.
  if (opened.length < 8 || !opened.subarray(0, 4).equals(opened.subarray(4, 8))) throw new KeyLocked('wrong')
  const none = field(Buffer.from('none'))
  return armoured(Buffer.concat([MAGIC, none, none, field(Buffer.alloc(0)), key.publicPart, field(opened)]))
}

interface LockedKey {
  readonly cipher: string
  readonly kdf: string
  readonly kdfOptions: Buffer
  /** How many keys, and their public parts, as they stand there. */
  readonly publicPart: Buffer
  readonly privatePart: Buffer
  /** What stands behind: a tag, for some ciphers. */
  readonly rest: Buffer
}

function readKey(text: string): LockedKey {
  const [from, to] = [text.indexOf(HEAD) + HEAD.length, text.indexOf(TAIL)]
  const data = Buffer.from(text.slice(from, Math.max(from, to)), 'base64')
  if (!data.subarray(0, MAGIC.length).equals(MAGIC)) throw new KeyLocked('unreadable')
  const fields = new Fields(data.subarray(MAGIC.length))
  const [cipher, kdf, kdfOptions] = [fields.bytes().toString(), fields.bytes().toString(), fields.bytes()]
  const begin = fields.at
  for (let more = fields.number(); more > 0; more -= 1) fields.bytes()
  const publicPart = fields.from(begin)
  return { cipher, kdf, kdfOptions, publicPart, privatePart: fields.bytes(), rest: fields.rest() }
}

function decrypt({ privatePart, rest }: LockedKey, cipher: string, key: Uint8Array, iv: Uint8Array): Buffer {
  try {
    const isGcm = cipher.endsWith('-gcm')
    const decipher = isGcm
      ? createDecipheriv(cipher as CipherGCMTypes, key, iv, { authTagLength: GCM_TAG }).setAuthTag(rest)
      : createDecipheriv(cipher, key, iv)
    decipher.setAutoPadding(false)
    return Buffer.concat([decipher.update(privatePart), decipher.final()])
  } catch {
    // Its tag does not fit: of another passphrase, or damaged.
    throw new KeyLocked('wrong')
  }
}

function armoured(data: Buffer): string {
  return [HEAD, ...(data.toString('base64').match(/.{1,70}/g) ?? []), TAIL, ''].join('\n')
}

function field(data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, data])
}

/** SSH's own way to write numbers and strings. https://www.rfc-editor.org/rfc/rfc4251#section-5 */
class Fields {
  at = 0
  constructor(private readonly data: Buffer) {}

  number(): number {
    if (this.at + 4 > this.data.length) throw new KeyLocked('unreadable')
    this.at += 4
    return this.data.readUInt32BE(this.at - 4)
  }

  bytes(): Buffer {
    const length = this.number()
    if (this.at + length > this.data.length) throw new KeyLocked('unreadable')
    this.at += length
    return this.data.subarray(this.at - length, this.at)
  }

  from(begin: number): Buffer {
    return this.data.subarray(begin, this.at)
  }

  rest(): Buffer {
    return this.data.subarray(this.at)
  }
}
