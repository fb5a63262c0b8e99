import { AppError } from '../../../shared/error'
import type { CapabilityName, ServerInfo } from '../../../shared/model/connection'

/** Throws UNSUPPORTED, with the server's or the ACL's reason, where it lacks something. */
export function requireCapability({ capabilities }: ServerInfo, name: CapabilityName): void {
  const { available, reason } = capabilities[name]
  if (available) return
  const why = reason ?? 'This server lacks it.'
  throw new AppError('UNSUPPORTED', { feature: name, reason: why }, why)
}
