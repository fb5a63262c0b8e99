import type { AppError } from '../../shared/error'
import { message } from '../../shared/words/messages'
import type { ConnectOptions } from './connect-options'
import { dialOptions, socketTarget } from './dial'
import { connectionError, fromGreeting, unreachable } from './errors'
import { serverGreeting } from './greeting'
import { tlsAlert } from './tls-alert'

/** Why a connection could not be made, by what the error alone doesn't tell: the server is asked, or listened to, once more. */
export async function explain(
  error: AppError<'UNREACHABLE'>,
  { profile, clientKey = null, tunnel }: ConnectOptions,
): Promise<AppError<'UNREACHABLE'>> {
  const { reason, endpoint: name } = error.data
  const { tls } = dialOptions(profile, clientKey)
  if (tls && reason === 'timeout') return unreachable(reason, name, message('connection.maybe-plain-port'))
  if (reason !== 'closed') return error
  const through = await tunnel?.open(profile.endpoint).catch(() => null)
  if (through === null) return error
  const to = { target: socketTarget(profile), through }
  if (!tls) return fromGreeting(await serverGreeting(to), name) ?? error
  const alert = await tlsAlert({ ...to, tls })
  const told = alert && connectionError(alert, name)
  return told?.data.reason === 'tls-client' ? told : error
}
