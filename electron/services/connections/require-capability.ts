import { AppError } from '../../../shared/error'
import type { CapabilityName, ServerInfo } from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'

/** Throws UNSUPPORTED, with the server's or the ACL's reason, where it lacks something. */
export function requireCapability({ capabilities }: ServerInfo, name: CapabilityName): void {
  const { available, reason } = capabilities[name]
  if (available) return
  throw new AppError('UNSUPPORTED', { feature: name, reason: reason ?? message('connection.lacks-it') })
}
