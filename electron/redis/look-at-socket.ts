import { lookup } from 'node:dns/promises'
import { isIP, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ServerEndpoint } from '../../shared/model/connection'
import { dialOptions, socketTarget, type ClientKey, type Dialled, type Tunnel } from './dial'
import { openSocket } from './open-socket'
import { timedOut } from './within-time'

/** The addresses of a host by its name; null: it is an address. Rejects as node:dns does. */
export async function addressesOf(host: string): Promise<readonly string[] | null> {
  if (isIP(host) > 0) return null
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/** A plain connection to a server, whoever that is. Rejects with the system's error, ETIMEDOUT, or the signal's reason. */
export async function openPlain(
  endpoint: ServerEndpoint,
  tunnel: Tunnel | undefined,
  limitMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  if (tunnel) return tunnel.open(endpoint)
  const socket = openSocket({ target: socketTarget({ endpoint }) })
  return settled(socket, 'connect', limitMs, signal)
}

/** What a server shows in a TLS handshake. Nothing was said on it. */
export interface TlsLook {
  readonly protocol: string
  readonly subject: string
  readonly issuer: string
  /** Whom it is for, as the certificate names them. */
  readonly names: string
  readonly validFrom: Date
  readonly validTo: Date
  /** Why it would be refused, by the code of OpenSSL or Node; null: it would not. */
  readonly problem: string | null
}

/**
 * A handshake on a plain connection, which ends with it. A certificate that is not to be trusted is looked at all the same: its problem is told,
 * and nothing is sent. Rejects where there is no handshake.
 */
export async function lookAtTls(
  socket: Socket,
  profile: Dialled,
  clientKey: ClientKey | null,
  limitMs: number,
  signal: AbortSignal,
): Promise<TlsLook> {
  const { tls } = dialOptions({ ...profile, tls: profile.tls ?? ANY_TLS }, clientKey)
  const target = socketTarget(profile)
  const through = openSocket({ target, tls: { ...tls, rejectUnauthorized: false }, through: socket })
  const secure = await settled(through, 'secureConnect', limitMs, signal)
  if (!(secure instanceof TLSSocket)) throw new TypeError('a handshake without TLS')
  const { subject, issuer, subjectaltname, valid_from: from, valid_to: to } = secure.getPeerCertificate()
  const look = {
    protocol: secure.getProtocol() ?? 'TLS',
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    names: (subjectaltname ?? nameOf(subject)).slice(0, 300),
    ...{ validFrom: new Date(from), validTo: new Date(to) },
    problem: secure.authorized ? null : String(secure.authorizationError),
  }
  secure.destroy()
  return look
}

const ANY_TLS = { ca: '', cert: '', serverName: '', verify: false }

function nameOf(named: { readonly CN?: unknown; readonly O?: unknown } | undefined): string {
  const [name] = [named?.CN, named?.O].flat()
  return typeof name === 'string' ? name.slice(0, 100) : '?'
}

function settled(
  socket: Socket,
  by: 'connect' | 'secureConnect',
  limitMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const end = (error: unknown): void => {
      socket.destroy()
      done()
      reject(error instanceof Error ? error : timedOut())
    }
    const timer = setTimeout(() => end(timedOut()), limitMs)
    const closed = (): void => end(Object.assign(new Error('closed'), { code: 'ECONNRESET' }))
    const left = (): void => end(signal.reason)
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', left)
      socket.off('close', closed)
    }
    signal.addEventListener('abort', left)
    // Stays, as it may fail later on.
    socket.on('error', end)
    socket.once('close', closed)
    socket.once(by, () => {
      done()
      resolve(socket)
    })
  })
}
