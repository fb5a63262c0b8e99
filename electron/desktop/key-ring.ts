import type { SafeStorage } from 'electron'
import { inMemory, type SecretsStore } from '../host/secrets-store'
import { createSealedSecrets, type Encryptor } from '../services/connections/sealed-secrets'

export type KeyRing = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
>

/**
 * By the key ring of the system where it has one, else in memory: what Electron calls `basic_text` is encrypted with a
 * password that everybody knows. To be asked once the application is ready. https://www.electronjs.org/docs/latest/api/safe-storage
 */
export async function byKeyRing(keyRing: KeyRing, platform: NodeJS.Platform): Promise<SecretsStore> {
  const isOnlyText = platform === 'linux' && ['basic_text', 'unknown'].includes(keyRing.getSelectedStorageBackend())
  if (isOnlyText || !(await keyRing.isAsyncEncryptionAvailable())) return inMemory('no-key-ring')
  return {
    kept: 'key-ring',
    open: (dataDir, log) =>
      createSealedSecrets({
        ...{ dataDir, log, name: 'secrets-key-ring' },
        encryptorOf: () => Promise.resolve(encryptorOf(keyRing)),
      }),
  }
}

/** What a secret is of is sealed with it, so that none can be put in another's place. */
function encryptorOf(keyRing: KeyRing): Encryptor {
  return {
    seal: (secret, about) => keyRing.encryptStringAsync(JSON.stringify([about, secret])),
    async open(sealed, about) {
      const { result } = await keyRing.decryptStringAsync(sealed)
      const opened = JSON.parse(result) as unknown
      const [of, secret] = Array.isArray(opened) ? (opened as readonly unknown[]) : []
      if (of !== about || typeof secret !== 'string') throw new Error('it was sealed for another')
      return secret
    },
  }
}
