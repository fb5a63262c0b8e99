import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import type { AnyRouter, RouterClient } from '@orpc/server'
import { pino, type Logger } from 'pino'
import { startWebServer, type WebServer, type WebServerOptions } from '../../electron/web/server'
import { openTokens, type Tokens } from '../../electron/web/tokens/tokens'
import { makeToken, tokensFileOf, tokensText, type Token } from '../../electron/web/tokens/tokens-file'
import { contract } from '../../shared/contract'
import { roles, type Role } from '../../shared/roles'
import type { Transport } from './transports'

const silent = pino({ level: 'silent' })

/** A web host with a token of each role, `ci-viewer` and so on. */
export interface ApiHost {
  readonly server: WebServer
  readonly port: number
  readonly url: string
  readonly tokens: Readonly<Record<Role, string>>
  /** How often one was let in by a token. */
  readonly entered: number
  /** Writes the file of tokens anew, of these roles alone. */
  keep(...kept: readonly Role[]): void
  /** Calls a procedure as a program does. */
  call(path: string, input: unknown, token: string | null, init?: RequestInit): Promise<Response>
  stop(): Promise<void>
}

export async function startApiHost(
  router: AnyRouter,
  log: Logger = silent,
  options: Partial<WebServerOptions> = {},
): Promise<ApiHost> {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-tokens-'))
  const file = tokensFileOf(dir)
  const made = Object.fromEntries(roles.map((role) => [role, makeToken(role, Date.now())])) as Record<
    Role,
    { secret: string; kept: Token }
  >
  const keep = (...kept: readonly Role[]): void => {
    writeFileSync(file, tokensText(new Map(kept.map((role) => [`ci-${role}`, made[role].kept]))), { mode: 0o600 })
  }
  keep(...roles)
  const opened = openTokens(file, log, 10)
  let entered = 0
  const tokens: Tokens = {
    ...opened,
    enter(secret) {
      const found = opened.enter(secret)
      if (found !== null) entered += 1
      return found
    },
  }
  const local = { host: '127.0.0.1', port: 0, password: null, publicUrl: null, rendererDir: '/nowhere' }
  const server = await startWebServer({ ...local, router, log, tokens, ...options })
  const url = `http://127.0.0.1:${server.port}${options.basePath ?? ''}/api`
  return {
    ...{ server, port: server.port, url, keep },
    get entered() {
      return entered
    },
    tokens: { viewer: made.viewer.secret, operator: made.operator.secret, admin: made.admin.secret },
    call: (path, input, token, init = {}) =>
      fetch(`${url}/${path.replace('.', '/')}`, {
        ...{ method: 'POST', ...init },
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(input === undefined ? {} : { 'content-type': 'application/json' }),
          ...(init.headers as Record<string, string> | undefined),
        },
        ...(input === undefined ? {} : { body: typeof input === 'string' ? input : JSON.stringify(input) }),
      }),
    async stop() {
      await server.close()
      tokens.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** The contract over HTTP, by the library's own client of it. It carries no bigint as such: a contract without is its affair. */
export const overHttp: Transport = {
  name: 'http',
  async connect<T extends AnyRouter>(router: T, log = silent) {
    const host = await startApiHost(router, log)
    const leaving = new AbortController()
    const headers = { authorization: `Bearer ${host.tokens.admin}` }
    const link = new OpenAPILink(contract, {
      ...{ url: host.url, headers },
      fetch: (request, init) => fetch(request, { ...init, signal: AbortSignal.any([request.signal, leaving.signal]) }),
    })
    return {
      client: createORPCClient<RouterClient<T>>(link),
      async disconnect() {
        leaving.abort()
      },
      stop: () => host.stop(),
    }
  },
}
