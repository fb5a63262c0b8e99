import type { AppErrorData } from '../../shared/error-data'
import { AppError, isAppError } from '../../shared/error'
import type { Bytes } from '../../shared/bytes'
import { fromBuffer } from './bytes'
import { ReplyShapeError } from './reply'
import { ReplyTooLargeError, type CutWhole } from './too-large'
import { verbatim } from '../../shared/words/messages'
import type { HostKey } from '../../shared/model/host-key'
import type { Message } from '../../shared/model/message'

export type UnreachableReason = AppErrorData<'UNREACHABLE'>['reason']

/** `detail`: what else may tell the cause. A text is the system's code, or the server's own words. */
export function unreachable(
  reason: UnreachableReason,
  endpoint: string,
  detail: Message | string = '',
  hostKey?: HostKey,
): AppError<'UNREACHABLE'> {
  const told = typeof detail === 'string' ? (detail === '' ? null : verbatim(detail)) : detail
  return new AppError('UNREACHABLE', { reason, endpoint, detail: told, ...(hostKey ? { hostKey } : {}) })
}

/** Such a one comes again however often it is tried; some servers lock out whoever tries. Only a person can put it right. */
export function needsPerson(reason: UnreachableReason): boolean {
  return reason.startsWith('password') || NEEDS_PERSON.has(reason)
}
const NEEDS_PERSON: ReadonlySet<UnreachableReason> = new Set([
  ...(['ssh-host-unknown', 'ssh-host-changed', 'ssh-host-revoked', 'ssh-password', 'ssh-key', 'ssh-auth'] as const),
])

interface NodeError extends Error {
  readonly code?: string
}

/** ioredis marks what Redis itself answered by this name. */
export function isReplyError(error: Error | null | undefined): boolean {
  return error?.name === 'ReplyError'
}

/** A reply may repeat the arguments of an unknown command, and those may hold a password. */
function withoutArguments(reply: string): string {
  return reply.replace(/,? with args beginning with:.*$/s, '')
}

/** Why a connection could not be made or was lost. Never holds a secret. */
export function connectionError(error: unknown, endpoint: string): AppError<'UNREACHABLE'> {
  if (isAppError(error, 'UNREACHABLE')) return error
  if (!(error instanceof Error)) return unreachable('other', endpoint)
  const { code = '', message } = error as NodeError
  if (isReplyError(error)) return fromHandshakeReply(message, endpoint)
  if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'EACCES') return unreachable('refused', endpoint, code)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return unreachable('not-found', endpoint, code)
  if (code === 'ETIMEDOUT' || /timed out|ETIMEDOUT|socket timeout/i.test(message))
    return unreachable('timeout', endpoint)
  const certificate = certificateReason(code)
  if (certificate !== null) return unreachable(certificate, endpoint, code)
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|UNABLE_TO_|SELF_SIGNED|ERR_OSSL)/.test(code))
    return unreachable('tls', endpoint, code)
  if (/certificate|SSL|TLS|wrong version number/i.test(message)) return unreachable('tls', endpoint, code)
  if (isNotRedis(message)) return unreachable('not-redis', endpoint)
  if (error instanceof ReplyShapeError) return unreachable('not-redis', endpoint)
  if (code === 'ECONNRESET' || code === 'EPIPE' || /clos(ed|e$|ing)|isn't writeable|max retries/i.test(message)) {
    return unreachable('closed', endpoint, code)
  }
  return unreachable('other', endpoint, code)
}

/** By OpenSSL's codes: what is wrong with the client's certificate or its key; null: something else. */
function certificateReason(code: string): 'tls-client' | 'tls-key' | null {
  if (/ALERT_(CERTIFICATE_|BAD_CERT|UNSUPPORTED_CERT|UNKNOWN_CA|NO_CERT)|CERTIFICATE_REQUIRED/.test(code))
    return 'tls-client'
  return /^ERR_OSSL_/.test(code) ? 'tls-key' : null
}

/** ioredis could not read what came, or got a reply to nothing that it had sent. */
function isNotRedis(message: string): boolean {
  return /Not RESP|Unknown RESP type|Please report this|Command queue state error/i.test(message)
}

/** A refusal while the connection was being made: HELLO, AUTH, SELECT, PING, or at once. */
export function fromHandshakeReply(reply: string, endpoint: string): AppError<'UNREACHABLE'> {
  if (/^NOAUTH|^ERR.*(authentication required|HELLO must be called)/i.test(reply))
    return unreachable('password-needed', endpoint)
  if (/^WRONGPASS|invalid (username-)?password|AUTH.*called without any password/i.test(reply)) {
    return unreachable('password-wrong', endpoint)
  }
  if (/^LOADING/.test(reply)) return unreachable('loading', endpoint)
  // SELECT, with the number of the database.
  if (/DB index|database.*out of range/i.test(reply)) return unreachable('no-database', endpoint, reply)
  return unreachable('other', endpoint, withoutArguments(reply))
}

/** https://redis.io/docs/latest/develop/reference/protocol-spec/#resp-protocol-description */
const REPLY_TYPES = '+-:$*_#,(!=%>~|'
const TLS_ALERT = '\u0015'

/**
 * What a server's first words tell of why it hung up; null: no more than that it did. A reply of Redis begins with its
 * type; one that wants TLS answers plain words with an alert, or not at all.
 */
export function fromGreeting(said: string, endpoint: string): AppError<'UNREACHABLE'> | null {
  const refusal = /^-([^\r\n]+)/.exec(said)?.[1]
  if (refusal !== undefined) return fromHandshakeReply(refusal, endpoint)
  const first = said.charAt(0)
  return REPLY_TYPES.includes(first) || first === TLS_ALERT ? null : unreachable('not-redis', endpoint)
}

export interface FailedCommand {
  /** As `commandLabel` names it. */
  readonly command: string
  /** The only one that it was given; null: it had none, or several. */
  readonly key: Buffer | null
  /** It may have changed something. */
  readonly wrote: boolean
}

/**
 * What a failed command means. When the reply of one that may change something got lost, the outcome is unknown, unless
 * ioredis says that it never left (offline queue off).
 */
export function commandError(error: unknown, { command, key, wrote }: FailedCommand, endpoint: string): AppError {
  if (isAppError(error)) return error
  if (!(error instanceof Error)) return unreachable('other', endpoint)
  if (isReplyError(error)) return fromReply(error.message, command, key, endpoint)
  if (error instanceof ReplyTooLargeError) return wrote ? oddReply(command) : tooLarge(error)
  const neverSent = /isn't writeable/.test(error.message)
  if (wrote && !neverSent) {
    return new AppError('UNKNOWN_OUTCOME', { command, cause: 'lost' })
  }
  return connectionError(error, endpoint)
}

/** A command that changes something is never answered by so much. */
function oddReply(command: string): AppError<'UNKNOWN_OUTCOME'> {
  return new AppError('UNKNOWN_OUTCOME', { command, cause: 'odd-reply' })
}

const cuts = new WeakMap<AppError, CutWhole>()

function tooLarge({ mostBytes, cut }: ReplyTooLargeError): AppError<'TOO_LARGE'> {
  const error = new AppError('TOO_LARGE', { what: 'reply', mostBytes })
  cuts.set(error, cut)
  return error
}

/** What was kept of a reply that was too large; null: it is another error. */
export function cutReply(error: unknown): CutWhole | null {
  return isAppError(error, 'TOO_LARGE') ? (cuts.get(error) ?? null) : null
}

/** Whether a command is not to be had: the server has none of that name, or the ACL refuses it. */
export function isUnavailable(error: unknown): boolean {
  return isAppError(error, 'UNSUPPORTED') || (isAppError(error, 'REDIS') && error.data.prefix === 'NOPERM')
}

/** The first word of an error, where that is one of Redis's; else ERR. */
export function prefixOf(reply: string): string {
  return /^[A-Z]+(?=\s|$)/.exec(reply)?.[0] ?? 'ERR'
}

function fromReply(message: string, command: string, key: Buffer | null, endpoint: string): AppError {
  const reply = withoutArguments(message)
  const prefix = prefixOf(reply)
  if (/^ERR unknown (sub)?command/i.test(reply)) {
    return new AppError('UNSUPPORTED', { feature: command, reason: verbatim(reply) })
  }
  if (prefix === 'NOAUTH') return unreachable('password-needed', endpoint)
  return new AppError('REDIS', { prefix, reply, command, ...aboutKey(reply, key) })
}

/** The key, as part of an error's data, where that is what the server speaks of. */
export function aboutKey(reply: string, key: Buffer | null): { readonly key?: Bytes } {
  return key !== null && isAboutKey(reply) ? { key: fromBuffer(key) } : {}
}

function isAboutKey(reply: string): boolean {
  if (/^(WRONGTYPE|MOVED|ASK)\b|^ERR no such key|requires the key to exist|^ERR .*\bstream\b/i.test(reply)) return true
  return /\bkeys?\b/i.test(reply) && /NOPERM|permission|can't access/i.test(reply)
}
