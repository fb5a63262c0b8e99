import { join } from 'node:path'
import type { Logger } from 'pino'
import type { SecretsKept } from '../../shared/model/host'
import { createSealedSecrets } from '../services/connections/sealed-secrets'
import { createMemorySecrets, type Secrets } from '../services/connections/secrets'
import { passphraseEncryptor } from './passphrase'

/** Where secrets of saved connections are kept. */
export interface SecretsStore {
  readonly kept: SecretsKept
  /** Throws `UsageError` where the passphrase is another one, and STORAGE. */
  open(dataDir: string, log: Logger): Promise<Secrets>
}

export function inMemory(kept: 'memory' | 'no-key-ring' = 'memory'): SecretsStore {
  return { kept, open: () => Promise.resolve(createMemorySecrets()) }
}

const NAME = 'secrets-passphrase'

/** Where those are that a passphrase keeps. */
export function passphraseFile(dataDir: string): string {
  return join(dataDir, `${NAME}.json`)
}

export function byPassphrase(passphrase: string): SecretsStore {
  return {
    kept: 'passphrase',
    open: (dataDir, log) =>
      createSealedSecrets({
        ...{ dataDir, log, name: NAME },
        encryptorOf: (file) => passphraseEncryptor(file, passphrase),
      }),
  }
}
