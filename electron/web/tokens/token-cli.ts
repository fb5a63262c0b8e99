import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { role as roleSchema } from '../../../shared/model/role'
import { roles, type Role } from '../../../shared/roles'
import { tokenWords } from '../../../shared/words/en/token-words'
import { rewriteLocked } from '../../services/lib/file-lock'
import { usualDirs } from '../../host/data-dir'
import { UsageError } from '../../host/usage-error'
import { inWords } from '../in-words'
import type { Surroundings } from '../users/user-cli'
import { makeToken, readTokens, TOKEN_NAME, tokensFileOf, tokensText, type TokensByName } from './tokens-file'

const FLAGS = { role: { type: 'string' }, 'data-dir': { type: 'string' } } as const

/**
 * `sluice token …`: the tokens by which programs call the web host on this data directory. A new one is said once, alone on standard
 * output, and only its digest is kept. Throws `UsageError`.
 */
export async function changeTokens(
  args: readonly string[],
  { env, say, note }: Surroundings & { note(text: string): void },
): Promise<void> {
  const { values: flags, positionals } = parse(args)
  const [verb = '', name, ...more] = positionals
  const file = tokensFileOf(flags['data-dir'] === undefined ? usualDirs(env).data : resolve(flags['data-dir']))
  const read = (): TokensByName => inWords(file, 'token', () => readTokens(file)) ?? new Map()
  if (verb === 'list') {
    if (name !== undefined) throw new UsageError(tokenWords.tooMany)
    if (flags.role !== undefined) throw new UsageError(tokenWords.roleIsFor)
    const known = [...read()]
    return say(
      known.length === 0 ? tokenWords.none(file) : known.map(([each, token]) => tokenWords.line(each, token)).join(''),
    )
  }
  if (verb !== 'add' && verb !== 'revoke') throw new UsageError(tokenWords.verbs)
  if (name === undefined) throw new UsageError(tokenWords.needsName(verb))
  if (more.length > 0) throw new UsageError(tokenWords.tooMany)
  if (!TOKEN_NAME.test(name)) throw new UsageError(tokenWords.badName)
  if (verb === 'revoke' && flags.role !== undefined) throw new UsageError(tokenWords.roleIsFor)
  const change = (of: (known: TokensByName) => TokensByName): Promise<void> =>
    rewriteLocked(file, () => Promise.resolve(tokensText(of(read()))))
  if (verb === 'revoke') {
    await change((known) => {
      if (!known.has(name)) throw new UsageError(tokenWords.notThere(name))
      return new Map([...known].filter(([each]) => each !== name))
    })
    return note(tokenWords.revoked(name))
  }
  const { secret, kept } = makeToken(readRole(flags.role), Date.now())
  await change((known) => {
    if (known.has(name)) throw new UsageError(tokenWords.thereAlready(name))
    return new Map([...known, [name, kept]])
  })
  note(tokenWords.added(name, kept.role))
  say(`${secret}\n`)
}

function readRole(text: string | undefined): Role {
  const read = roleSchema.safeParse(text ?? 'viewer')
  if (!read.success) throw new UsageError(tokenWords.badRole(roles))
  return read.data
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: true })
  } catch (error) {
    const [first = ''] = error instanceof Error ? error.message.split('. ') : []
    throw new UsageError(first)
  }
}
