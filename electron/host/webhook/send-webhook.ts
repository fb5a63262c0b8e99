import { lookup, type LookupAddress } from 'node:dns'
import { request as requestPlain, type RequestOptions } from 'node:http'
import { request as requestTls } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { message } from '../../../shared/words/messages'
import type { SendWebhook, WebhookReply } from '../../services/alerts/send'
import { errorCode } from '../outside/bounded-file'
import type { AllowedAddresses } from './allowed-addresses'

const TIME_OUT_MS = 10_000
/** Of the reply: whoever sends more is not listened to. Nothing of it is kept. */
const MOST_REPLY_BYTES = 16_384

export interface SendWebhookOptions {
  readonly allowed: AllowedAddresses
  /** How names become addresses; the system's by default. */
  readonly resolve?: typeof lookup
  /** Certificates to trust besides the system's. */
  readonly ca?: string
  readonly timeOutMs?: number
}

/** The address is not one that may be sent to. */
class NotAllowed extends Error {
  override readonly name = 'NotAllowed'
}

/**
 * Sends by POST, once, and gives what came of it. The addresses that a name has at this very moment are looked at, and one
 * that is allowed is connected to: asking twice could give two answers. No redirect is followed, and no proxy used.
 */
export function createSendWebhook({
  allowed,
  resolve = lookup,
  ca,
  timeOutMs = TIME_OUT_MS,
}: SendWebhookOptions): SendWebhook {
  return ({ url, headers, body }, signal) =>
    new Promise((done) => {
      const target = new URL(url)
      const isPlain = target.protocol === 'http:'
      const allows = isPlain ? allowed.allowsPlain : allowed.allows
      const refused = message(isPlain ? 'alert.plain-not-allowed' : 'alert.address-not-allowed', {
        host: target.hostname,
      })
      const name = target.hostname.replace(/^\[|\]$/g, '')
      if (isIP(name) !== 0 && !allows(name)) return done({ kind: 'failed', why: refused, isFinal: true })

      const limit = AbortSignal.timeout(timeOutMs)
      const bytes = Buffer.from(body)
      const options: RequestOptions & { ca?: string } = {
        method: 'POST',
        headers: { ...headers, 'content-length': bytes.length, connection: 'close' },
        agent: false,
        lookup: allowedLookup(resolve, allows),
        signal: AbortSignal.any([signal, limit]),
        ...(ca === undefined ? {} : { ca }),
      }
      const request = (isPlain ? requestPlain : requestTls)(target, options)
      request.on('socket', (socket) => {
        socket.prependOnceListener('connect', () => {
          if (!allows(socket.remoteAddress ?? '')) socket.destroy(new NotAllowed())
        })
      })
      request.on('response', (response) => {
        const { statusCode: status = 0 } = response
        let read = 0
        const end = (): void => {
          done({ kind: 'replied', status })
          request.destroy()
        }
        response.on('data', (chunk: Buffer) => {
          read += chunk.length
          if (read > MOST_REPLY_BYTES) end()
        })
        response.on('end', end)
        response.on('error', end)
        response.on('close', end)
      })
      request.on('error', (error) => {
        if (error instanceof NotAllowed) done({ kind: 'failed', why: refused, isFinal: true })
        else done(limit.aborted ? timedOut(timeOutMs) : failed(error))
      })
      request.end(bytes)
    })
}

function timedOut(timeOutMs: number): WebhookReply {
  return { kind: 'failed', why: message('alert.timed-out', { ms: timeOutMs }), isFinal: false }
}

/** What the system says may quote what was sent: its code alone is told. */
function failed(error: Error): WebhookReply {
  const code = errorCode(error)
  const isCertificate = /CERT|SELF_SIGNED|^UNABLE_TO|ISSUER|ALTNAME|HOSTNAME|^INVALID_|^ERR_TLS|^ERR_SSL|^EPROTO/.test(
    code,
  )
  return {
    kind: 'failed',
    why: message(isCertificate ? 'alert.no-tls' : 'alert.not-reached', { code }),
    isFinal: false,
  }
}

/** Of the addresses of a name those that are allowed; where there is none, NotAllowed. */
function allowedLookup(resolve: typeof lookup, allows: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    const found = (error: NodeJS.ErrnoException | null, all: readonly LookupAddress[]): void => {
      if (error) return callback(error, '')
      const some = all.filter(({ address }) => allows(address))
      const [first] = some
      if (!first) return callback(new NotAllowed(), '')
      if (options.all === true) callback(null, some)
      else callback(null, first.address, first.family)
    }
    resolve(hostname, { ...options, all: true }, found)
  }
}
