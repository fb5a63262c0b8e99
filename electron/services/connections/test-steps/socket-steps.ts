import type { Socket } from 'node:net'
import { isAppError } from '../../../../shared/error'
import type { ServerEndpoint } from '../../../../shared/model/connection'
import { message } from '../../../../shared/words/messages'
import { endpointName, type ClientKey, type Dialled, type Tunnel } from '../../../redis/dial'
import { connectionError, unreachable } from '../../../redis/errors'
import { serverGreeting } from '../../../redis/greeting'
import { addressesOf, lookAtTls, openPlain, type TlsLook } from '../../../redis/look-at-socket'
import { StepFailure, type Found, type StepRun, type Steps } from './steps'

const MOST_ADDRESSES = 3
/** A plain port says nothing to a handshake, and the other way round. */
const PROBE_MS = 3_000

export interface Way {
  readonly tunnel: Tunnel | undefined
  readonly clientKey: () => Promise<ClientKey | null>
  readonly limitMs: number
}

/** Finds a server, connects to it and looks at its TLS, with nothing said. False: one of these failed. */
export async function* socketSteps(run: StepRun, profile: Dialled, way: Way): Steps<boolean> {
  const { endpoint } = profile
  const where = endpointName({ endpoint })
  if (endpoint.kind === 'tcp' && !way.tunnel) {
    const { host } = endpoint
    const found = yield* run.step('name', host, () => lookUp(host, where))
    if (found === null) return false
  }
  const socket = yield* run.step('socket', where, () => connect(endpoint, way, run))
  if (socket === null) return false
  if (profile.tls === null) {
    socket.destroy()
    return true
  }
  const secure = yield* run.step('tls', where, () => handshake(socket, profile, way, run.signal))
  socket.destroy()
  return secure !== null
}

async function lookUp(host: string, where: string): Promise<Found<true>> {
  const addresses = await addressesOf(host).catch((error: unknown) => {
    throw connectionError(error, where)
  })
  if (addresses === null) return { value: true, findings: [message('connection-test.is-address')] }
  const shown = addresses.slice(0, MOST_ADDRESSES)
  return {
    value: true,
    findings: [message('connection-test.addresses', { addresses: shown, more: addresses.length - shown.length })],
  }
}

async function connect(endpoint: ServerEndpoint, way: Way, run: StepRun): Promise<Found<Socket>> {
  const socket = await openPlain(endpoint, way.tunnel, way.limitMs, run.signal).catch((error: unknown) => {
    throw connectionError(error, endpointName({ endpoint }))
  })
  run.sockets.add(socket)
  const address = socket.remoteAddress
  const finding = way.tunnel
    ? message('connection-test.reached-by-ssh')
    : message('connection-test.listens', { address: address ?? endpointName({ endpoint }) })
  return { value: socket, findings: [finding] }
}

async function handshake(socket: Socket, profile: Dialled, way: Way, signal: AbortSignal): Promise<Found<true>> {
  const where = endpointName(profile)
  const key = await way.clientKey()
  signal.throwIfAborted()
  const look = await lookAtTls(socket, profile, key, way.limitMs, signal).catch(async (error: unknown) => {
    signal.throwIfAborted()
    const known = connectionError(error, where)
    if (known.data.reason === 'tls-key') throw known
    const through = await way.tunnel?.open(profile.endpoint).catch(() => null)
    const target = profile.endpoint.kind === 'unix' ? { path: profile.endpoint.path } : profile.endpoint
    const isPlain = /^[-+](PONG|NOAUTH|DENIED|ERR|LOADING|NOPERM)/.test(await serverGreeting({ target, through }))
    if (isPlain)
      throw new StepFailure(known, [message('connection-test.plain-port')], message('connection-test.plain-port-next'))
    throw new StepFailure(known, [], message('connection-test.no-tls-next'))
  })
  const shown = message('connection-test.tls', { protocol: look.protocol, subject: look.subject, issuer: look.issuer })
  if (look.problem === null) {
    const leftMs = Math.max(0, look.validTo.getTime() - Date.now())
    return { value: true, findings: [shown, message('connection-test.valid-for', { leftMs })] }
  }
  if (profile.tls?.verify === false) {
    const problem = message('connection-test.not-checked', { problem: look.problem })
    return { value: true, findings: [shown, problem], warn: true, next: message('connection-test.check-it') }
  }
  throw certificateFailure(look, profile, unreachable('tls', where, look.problem))
}

/** By OpenSSL's and Node's own codes. https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/ */
function certificateFailure(look: TlsLook, profile: Dialled, error: Error): StepFailure {
  const day = (date: Date): string => (Number.isNaN(date.getTime()) ? '?' : date.toISOString().slice(0, 10))
  switch (look.problem) {
    case 'CERT_HAS_EXPIRED':
      return new StepFailure(
        error,
        [message('connection-test.expired', { at: day(look.validTo) })],
        message('connection-test.expired-next'),
      )
    case 'CERT_NOT_YET_VALID':
      return new StepFailure(
        error,
        [message('connection-test.not-yet-valid', { at: day(look.validFrom) })],
        message('connection-test.expired-next'),
      )
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      const name = profile.tls?.serverName || (profile.endpoint.kind === 'tcp' ? profile.endpoint.host : 'localhost')
      const wrong = message('connection-test.wrong-name', { name, names: look.names })
      return new StepFailure(error, [wrong], message('connection-test.wrong-name-next'))
    }
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY': {
      const unknown = message('connection-test.unknown-ca', { issuer: look.issuer })
      return new StepFailure(error, [unknown], message('connection-test.unknown-ca-next'))
    }
    default: {
      const other = message('connection-test.other-certificate', { code: look.problem ?? '' })
      return new StepFailure(error, [other], message('connection-test.unknown-ca-next'))
    }
  }
}

/** Whether TLS is spoken where a plain connection made no sense. Never rejects. */
export async function speaksTls(profile: Dialled, way: Way, signal: AbortSignal): Promise<boolean> {
  try {
    const socket = await openPlain(profile.endpoint, way.tunnel, PROBE_MS, signal)
    await lookAtTls(socket, { ...profile, tls: null }, null, PROBE_MS, signal)
    return true
  } catch {
    return false
  }
}

/** Why a login failed, in words of its own. */
export async function loginFailure(
  error: unknown,
  profile: Dialled & { readonly username: string },
  hasPassword: boolean,
  way: Way,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isAppError(error, 'UNREACHABLE')) return error
  const { username: user } = profile
  const { reason, detail } = error.data
  const said = detail?.code === 'verbatim' ? String(detail.params['text']) : ''
  if (/^DENIED|protected mode/i.test(said))
    return explained(error, 'connection-test.protected', 'connection-test.protected-next')
  if (/max number of clients/i.test(said))
    return explained(error, 'connection-test.max-clients', 'connection-test.max-clients-next')
  switch (reason) {
    case 'password-needed':
      return hasPassword ? error : explained(error, 'connection-test.no-password', 'connection-test.no-password-next')
    case 'password-wrong':
      return new StepFailure(
        error,
        [message('connection-test.refused-login', { user })],
        message('connection-test.refused-login-next'),
      )
    case 'loading':
      return new StepFailure(error, [], message('connection-test.loading-next'))
    case 'closed':
    case 'not-redis':
    case 'timeout': {
      const isTls = profile.tls === null && (await speaksTls(profile, way, signal))
      return isTls ? explained(error, 'connection-test.tls-port', 'connection-test.tls-port-next') : error
    }
    default:
      return error
  }
}

type Plain =
  | 'connection-test.protected'
  | 'connection-test.max-clients'
  | 'connection-test.no-password'
  | 'connection-test.tls-port'
type PlainNext = `${Plain}-next`
function explained(error: Error, finding: Plain, next: PlainNext): StepFailure {
  return new StepFailure(error, [message(finding)], message(next))
}
