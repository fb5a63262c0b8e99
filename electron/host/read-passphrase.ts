import { secretsWords } from '../../shared/words/en/secrets-words'
import { askHidden } from './ask-hidden'
import { errorCode, readBounded } from './outside/bounded-file'
import { byPassphrase, type SecretsStore } from './secrets-store'
import { UsageError } from './usage-error'

const SHORTEST = 8
const MOST_BYTES = 4_096

export interface PassphraseOptions {
  /** A file that only its owner may read. */
  readonly file: string | null
  /** Whether it is to be asked for where it is given by nothing else: twice where it is new. */
  readonly ask: 'no' | 'known' | 'new'
  /** It is taken out of it, so that no child process sees it. */
  readonly env: NodeJS.ProcessEnv
}

/** Where secrets are kept by a passphrase: of a file, of SLUICE_PASSPHRASE, or typed. Null: none is given. Throws `UsageError`. */
export async function readPassphrase({ file, ask, env }: PassphraseOptions): Promise<SecretsStore | null> {
  const { SLUICE_PASSPHRASE: given } = env
  delete env.SLUICE_PASSPHRASE
  const passphrase =
    file !== null ? await readPrivate(file) : (given ?? (ask === 'no' ? null : await askFor(ask === 'new')))
  if (passphrase === null) return null
  if (passphrase.length < SHORTEST) throw new UsageError(secretsWords.shortPassphrase(SHORTEST))
  return byPassphrase(passphrase)
}

async function readPrivate(file: string): Promise<string> {
  const found = await readBounded(file, MOST_BYTES).catch((error: unknown) => {
    throw new UsageError(secretsWords.passphraseFile(file, errorCode(error)))
  })
  if (found === null) throw new UsageError(secretsWords.passphraseFile(file, ''))
  if (!found.isPrivate) throw new UsageError(secretsWords.seenByOthers('--passphrase-file', file))
  return found.text.replace(/\r?\n$/, '')
}

/** Nothing of it is shown, so that a new one is asked for once more. */
async function askFor(isNew: boolean): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError(secretsWords.noTerminal)
  const [passphrase = '', again] = await askHidden(
    isNew ? [secretsWords.ask, secretsWords.askAgain] : [secretsWords.ask],
  )
  if (isNew && again !== passphrase) throw new UsageError(secretsWords.notTheSame)
  return passphrase
}
