import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as delay } from 'node:timers/promises'
import type { AnyRouter, ORPCError } from '@orpc/server'
import { OpenAPIHandler } from '@orpc/openapi/fetch'
import type { Logger } from 'pino'
import { errorText } from '../../../shared/words/errors'
import { FAULT_STATUS } from '../../../shared/error-status'
import { apiWords } from '../../../shared/words/en/api-words'
import { withinCap, type OpenCalls } from '../../host/call-cap'
import { bearerOf } from '../bearer'
import { createLoginLimit, type LoginLimitOptions } from '../login-limit'
import type { Reply } from '../reply'
import { announcesBody, readBody } from '../request-body'
import type { Tokens } from '../tokens/tokens'
import type { Entered } from '../users/users'
import { networkOf, whoAsks, type TrustedProxies } from '../who-asks'

/** As much as a page may send in one message. */
export const MOST_INPUT_BYTES = 1_048_576
/** Below the path of the API; what a page asks for has other names. */
const PROCEDURE = /^\/[a-z]+\/[a-z][A-Za-z]*$/
const { refused } = apiWords

export interface ApiDoorOptions {
  readonly router: AnyRouter
  readonly tokens: Pick<Tokens, 'enter' | 'onChange'>
  readonly proxies: TrustedProxies
  readonly log: Logger
  readonly limit?: LoginLimitOptions | undefined
}

/** Where programs come in: by a token, and by nothing that a browser sends by itself. */
export interface ApiDoor {
  /**
   * Who it is by the token in its header, or what it is answered. A right one waits for nobody's guesses: it has 256 bits, so that
   * how fast others guess is all the same, and a network of many programs is not held up by one that is mistaken.
   */
  enter(request: IncomingMessage): Promise<Entered | Reply>
  /** Calls the procedure of a path below the API's. Its host was looked at. */
  call(request: IncomingMessage, path: string): Promise<Reply>
}

export function createApiDoor({ router, tokens, proxies, log, limit }: ApiDoorOptions): ApiDoor {
  const handler = new OpenAPIHandler<OpenCalls>(router, {
    interceptors: [withinCap],
    customErrorResponseBodyEncoder: inWords,
  })
  const wrongTokens = createLoginLimit(limit)
  /** By token and role: what it has open. */
  const open = new Map<string, OpenCalls>()
  const running = new Set<{ readonly stands: () => boolean; end(): void }>()
  // Whoever was revoked gets nothing more, also where he only listens.
  tokens.onChange(() => {
    for (const each of running) if (!each.stands()) each.end()
  })

  const enter = async (request: IncomingMessage): Promise<Entered | Reply> => {
    const secret = bearerOf(request.headers)
    // Who shows none has guessed nothing.
    if (secret === null) return unauthorized()
    const entered = tokens.enter(secret)
    if (entered !== null) return entered
    const address = whoAsks(request, proxies)
    const turn = wrongTokens.take(networkOf(address))
    if (turn.kind === 'refused') {
      log.warn({ address }, 'too many wrong tokens')
      const told = problem(429, 'TOO_MANY_REQUESTS', refused.tooManyTries(turn.seconds))
      return { ...told, headers: { ...told.headers, 'retry-after': String(turn.seconds) } }
    }
    await delay(turn.waitMs, undefined, { ref: false })
    log.warn({ address }, 'token refused')
    return unauthorized()
  }
  const callsOf = ({ name, role }: Entered): OpenCalls => {
    const key = `${role} ${name}`
    const calls = open.get(key) ?? { caller: { who: { by: 'token', name }, role }, count: 0, isOver: false }
    open.set(key, calls)
    return calls
  }

  return {
    enter,
    async call(request, path) {
      // No page asks for it, also none of ours: a browser says whose page it is.
      if (request.headers.origin !== undefined) return problem(403, 'FORBIDDEN', refused.page)
      const entered = await enter(request)
      if (!('stands' in entered)) return entered
      if (!PROCEDURE.test(path)) return problem(404, 'NOT_FOUND', refused.noSuch)
      if (request.method !== 'POST') return notPost()
      if (announcesBody(request) && !isJson(request.headers['content-type'])) {
        return closing(problem(415, 'UNSUPPORTED_MEDIA_TYPE', refused.notJson))
      }
      const body = await readBody(request, MOST_INPUT_BYTES)
      if (body === null) return closing(problem(413, 'PAYLOAD_TOO_LARGE', refused.tooLarge))
      // It may have been long on its way.
      if (!entered.stands()) return unauthorized()

      const { socket } = request
      // It has shown a token, and may have to wait for a slow server.
      socket.setTimeout(0)
      const leave = new AbortController()
      const onClose = (): void => leave.abort()
      socket.once('close', onClose)
      const call = { stands: entered.stands, end: onClose }
      running.add(call)
      const over = (): void => {
        socket.off('close', onClose)
        running.delete(call)
        leave.abort()
      }
      try {
        const { matched, response } = await handler.handle(asFetch(path, body, leave.signal), {
          context: callsOf(entered),
        })
        if (!matched) {
          over()
          return problem(404, 'NOT_FOUND', refused.noSuch)
        }
        if (response.status === 500) {
          over()
          return fault()
        }
        return await asReply(response, leave.signal, over)
      } catch (error) {
        over()
        log.error({ err: error, path }, 'call failed')
        return fault()
      }
    },
  }
}

function asFetch(path: string, body: string, signal: AbortSignal): Request {
  const sent = body === '' ? {} : { body, headers: { 'content-type': 'application/json' } }
  return new Request(`http://sluice${path}`, { method: 'POST', signal, ...sent })
}

/** `onSent`: also where nobody was left to send it to. */
async function asReply({ status, headers, body }: Response, leave: AbortSignal, onSent: () => void): Promise<Reply> {
  const type = headers.get('content-type')
  const told = type === null ? {} : { 'content-type': type }
  if (type !== 'text/event-stream') {
    const text = await new Response(body).text()
    return { status, headers: told, body: text, onSent }
  }
  const events = Readable.fromWeb(body as ReadableStream)
  leave.addEventListener('abort', () => events.destroy(), { once: true })
  return { status, headers: told, body: events, onSent }
}

/** With a sentence for people, where there is one. */
function inWords(error: ORPCError<string, unknown>): object {
  const told = error.toJSON()
  if (error.defined) return { ...told, message: errorText({ code: error.code, data: error.data }) }
  if (error.code === 'BAD_REQUEST') return { ...told, message: refused.malformed }
  return { ...told, message: error.code === 'INTERNAL_SERVER_ERROR' ? refused.failed : told.message }
}

function isJson(type: string | undefined): boolean {
  return /^application\/json(?:\s*;.*)?$/i.test(type ?? '')
}

/** What the door itself answers, in the shape of every error. */
function problem(status: number, code: string, message: string): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ defined: false, code, status, message }),
  }
}

function fault(): Reply {
  return problem(FAULT_STATUS, 'INTERNAL_SERVER_ERROR', refused.failed)
}

function unauthorized(): Reply {
  const told = problem(401, 'UNAUTHORIZED', refused.unauthorized)
  return { ...told, headers: { ...told.headers, 'www-authenticate': 'Bearer' } }
}

function notPost(): Reply {
  const told = problem(405, 'METHOD_NOT_SUPPORTED', apiWords.description)
  return { ...told, headers: { ...told.headers, allow: 'POST' } }
}

/** Some of what was sent was not read. */
function closing(reply: Reply): Reply {
  return { ...reply, headers: { ...reply.headers, connection: 'close' } }
}
