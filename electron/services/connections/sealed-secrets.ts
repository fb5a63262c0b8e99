import type { Logger } from 'pino'
import { message } from '../../../shared/words/messages'
import { openJsonFile, type JsonContent, type JsonFile } from '../lib/json-file'
import { SecretUnavailable, type Secrets } from './secrets'

/** How secrets are made unreadable to whoever has the file only. The host hands it in. */
export interface Encryptor {
  /** `about`: what the secret is of. Opened as another's, it must not be had. */
  seal(secret: string, about: string): Promise<Buffer>
  /** Rejects where this is not what was sealed, or not with this key. */
  open(sealed: Buffer, about: string): Promise<string>
}

/** Secrets in a file of their own, sealed one by one. Other processes may change it as well: every call looks first. */
export async function createSealedSecrets(options: {
  readonly dataDir: string
  /** Of the file, without `.json`. */
  readonly name: string
  readonly log: Logger
  readonly encryptorOf: (file: JsonFile) => Promise<Encryptor>
}): Promise<Secrets> {
  const file = await openJsonFile(options)
  const encryptor = await options.encryptorOf(file)
  const sealedOf = (id: string, purpose: string): string | null => {
    file.refresh()
    return readSealed(file.content)[aboutOf(id, purpose)] ?? null
  }
  return {
    has: (id, purpose) => Promise.resolve(sealedOf(id, purpose) !== null),
    async get(id, purpose) {
      const sealed = sealedOf(id, purpose)
      if (sealed === null) return null
      try {
        return await encryptor.open(Buffer.from(sealed, 'base64'), aboutOf(id, purpose))
      } catch {
        // What went wrong inside may quote what was opened.
        throw new SecretUnavailable(message('secret.not-opened'))
      }
    },
    async set(id, purpose, secret) {
      const about = aboutOf(id, purpose)
      const sealed = secret === null ? null : (await encryptor.seal(secret, about)).toString('base64')
      await file.update((content) => {
        const { [about]: before, ...others } = readSealed(content)
        if (sealed === null && before === undefined) return null
        return { ...content, sealed: sealed === null ? others : { ...others, [about]: sealed } }
      })
    },
  }
}

function aboutOf(id: string, purpose: string): string {
  return `${id}/${purpose}`
}

function readSealed(content: JsonContent): Readonly<Record<string, string>> {
  const sealed = content['sealed']
  if (typeof sealed !== 'object' || sealed === null) return {}
  return Object.fromEntries(Object.entries(sealed).filter(([, text]) => typeof text === 'string'))
}
