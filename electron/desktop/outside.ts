import { outsideWords } from '../../shared/words/en/outside-words'
import { takeConnectionArguments } from '../host/outside/connection-arguments'
import { NOTHING_GIVEN, type Given } from '../host/outside/given'
import { namesConnection, showsPassword } from '../host/outside/given-by-arguments'
import { readGiven } from '../host/outside/read-given'
import { wipeArguments } from '../host/outside/wipe-arguments'
import { readPassphrase } from '../host/read-passphrase'
import type { SecretsStore } from '../host/secrets-store'
import { UsageError } from '../host/usage-error'

export interface Outside {
  readonly given: Given
  /** Null: the key ring's affair. */
  readonly secrets: SecretsStore | null
}

/** What is given to the desktop: options that are not ours are Electron's and the system's. Throws `UsageError`. */
export async function readOutside(args: readonly string[], sandbox: boolean): Promise<Outside> {
  const named = readArguments(args)
  if (sandbox) {
    if (namesConnection(named.arguments, named.addresses)) throw new UsageError(outsideWords.notWithSandbox)
    return { given: NOTHING_GIVEN, secrets: null }
  }
  const given = await readGiven({ ...named, env: process.env })
  if (showsPassword(named.arguments, named.addresses)) {
    wipeArguments()
    complain(outsideWords.seenByOthers)
  }
  const { passphraseFile: file = null } = named.arguments.own
  return { given, secrets: await readPassphrase({ file, ask: 'no', env: process.env }) }
}

/** In a process that leaves everything to the one that runs already. */
export function sayNotTaken(args: readonly string[]): void {
  try {
    const named = readArguments(args)
    if (namesConnection(named.arguments, named.addresses)) complain(outsideWords.runsAlready)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    complain(error.message)
  }
}

function readArguments(args: readonly string[]) {
  const named = takeConnectionArguments(args)
  return { arguments: named, addresses: named.rest.filter((word) => word !== '' && !word.startsWith('-')) }
}

function complain(text: string): void {
  process.stderr.write(`sluice: ${text}\n`)
}
