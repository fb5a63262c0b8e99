import { resolve } from 'node:path'
import { outsideWords } from '../../../shared/words/en/outside-words'
import { parseAddress } from '../../services/connections/parse-address'
import type { ConnectionArguments } from './connection-arguments'
import { given, type Given, type GivenConnection, type SecretSource } from './given'
import { givenByArguments, namesConnection } from './given-by-arguments'
import { givenByList } from './given-by-list'
import { withGuardsOf } from './known-guards'
import { readSecret } from './secret-source'
import { notHad, readAt, wrong } from './wrong'

export interface Outside {
  readonly arguments: ConnectionArguments
  readonly addresses: readonly string[]
  /** What connections are given by is taken out of it, so that no child process sees a secret. */
  readonly env: NodeJS.ProcessEnv
}

/**
 * The connections that are given on the command line, by REDIS_URL, and by SLUICE_CONNECTIONS. The first that was named, in
 * this order, is the one that is opened by itself, with the guards of the list where that leads to the same server; none of a list is.
 * Throws `UsageError`, never with a value.
 */
export async function readGiven({ arguments: args, addresses, env }: Outside): Promise<Given> {
  const { url, file, list, auth } = takeVariables(env)
  const named = [
    ...(namesConnection(args, addresses) ? [await givenByArguments(args, addresses, auth)] : []),
    ...(url === undefined ? [] : [givenByUrl(url, file)]),
  ]
  const listed = list === undefined ? [] : await givenByList(list)
  const known = listed.map(({ profile }) => profile)
  const all = [...named.map((each) => ({ ...each, profile: withGuardsOf(known, each.profile) })), ...listed]
  for (const each of all) await tryFiles(each)
  // One that is given twice is what it was first.
  const byId = new Map([...all].reverse().map((each) => [each.id, each]))
  return {
    connections: [...new Set(all.map(({ id }) => id))].flatMap((id) => byId.get(id) ?? []),
    opens: named[0]?.id ?? null,
  }
}

/** Empty ones count as not there. */
function takeVariables(env: NodeJS.ProcessEnv) {
  const { REDIS_URL: url, REDIS_PASSWORD_FILE: file, SLUICE_CONNECTIONS: list, REDISCLI_AUTH: auth } = env
  delete env.REDIS_URL
  delete env.REDIS_PASSWORD_FILE
  delete env.SLUICE_CONNECTIONS
  delete env.REDISCLI_AUTH
  const given = (text: string | undefined) => (text?.trim() === '' ? undefined : text)
  return { url: given(url), file: given(file), list: given(list), auth: given(auth) }
}

function givenByUrl(url: string, file: string | undefined): GivenConnection {
  const { profile, password } = readAt(
    () => 'REDIS_URL',
    () => parseAddress(url),
  )
  if (file !== undefined && password !== null) {
    throw wrong('REDIS_PASSWORD_FILE', outsideWords.passwordTwice('REDIS_URL'))
  }
  const source: SecretSource | undefined =
    file !== undefined
      ? { kind: 'file', path: resolve(file) }
      : password === null
        ? undefined
        : { kind: 'value', secret: password }
  return given(profile, 'REDIS_URL', { password: source })
}

/** What can't be read now is a mistake more likely than not. */
async function tryFiles({ profile, by, secrets }: GivenConnection): Promise<void> {
  for (const source of Object.values(secrets)) {
    // A command may ask a person: it is run once it is needed.
    if (source === undefined || source.kind === 'command') continue
    await readSecret(source).catch((error: unknown) => {
      throw notHad(`${outsideWords.by[by]} (${profile.name})`, error)
    })
  }
}
