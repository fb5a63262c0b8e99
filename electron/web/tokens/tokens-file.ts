import { join } from 'node:path'
import { z } from 'zod'
import { role } from '../../../shared/model/role'
import { digestSecret, newSecret } from '../secret'
import { readKept } from '../kept-file'
import { USER_NAME } from '../users/users-file'

/** As users are called: records of the journal name a token so. */
export const TOKEN_NAME = USER_NAME
/** By which scanners of secrets, and people, see what it is. */
const PREFIX = 'sluice_'

/** `digest`: SHA-256 of the token, which has 256 bits by chance, so that no slow hash is needed. `madeAt`: ms since 1970. */
const token = z.strictObject({ role, digest: z.base64().length(44), madeAt: z.int() })
export type Token = z.infer<typeof token>

const tokensFile = z.strictObject({ version: z.literal(1), tokens: z.record(z.string().regex(TOKEN_NAME), token) })

export type TokensByName = ReadonlyMap<string, Token>

export function tokensFileOf(dataDir: string): string {
  return join(dataDir, 'tokens.json')
}

/** Null: there is no such file. Throws `KeptUnreadable`. */
export function readTokens(file: string): TokensByName | null {
  return readKept(file, (found) => new Map(Object.entries(tokensFile.parse(found).tokens)))
}

export function tokensText(tokens: TokensByName): string {
  return `${JSON.stringify({ version: 1, tokens: Object.fromEntries(tokens) }, null, 2)}\n`
}

/** A new one, and what is kept of it. */
export function makeToken(as: Token['role'], nowMs: number): { readonly secret: string; readonly kept: Token } {
  const secret = `${PREFIX}${newSecret()}`
  return { secret, kept: { role: as, digest: digestSecret(secret).toString('base64'), madeAt: nowMs } }
}
