import { outsideWords } from '../../shared/words/en/outside-words'
import { takeConnectionArguments } from '../host/outside/connection-arguments'
import { NOTHING_GIVEN, type Given } from '../host/outside/given'
import { namesConnection, showsPassword } from '../host/outside/given-by-arguments'
import { readGiven } from '../host/outside/read-given'
import { wipeArguments } from '../host/outside/wipe-arguments'
import { UsageError } from '../host/usage-error'

/** What is given to the desktop: options that are not ours are Electron's and the system's. Throws `UsageError`. */
export async function readOutside(args: readonly string[], sandbox: boolean): Promise<Given> {
  const named = readArguments(args)
  if (sandbox) {
    if (namesConnection(named.arguments, named.addresses)) throw new UsageError(outsideWords.notWithSandbox)
    return NOTHING_GIVEN
  }
  const given = await readGiven({ ...named, env: process.env })
  if (showsPassword(named.arguments, named.addresses)) {
    wipeArguments()
    complain(outsideWords.seenByOthers)
  }
  return given
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
