import { userInfo } from 'node:os'
import type { Caller } from '../../shared/model/who'

/** The user of the operating system, who may do everything: all of it lies in his own files. */
export function whoRunsThis(): Caller {
  return { who: { by: 'system', name: systemName() }, role: 'admin' }
}

/** A container may run as a number that has no name. */
function systemName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? '')
  }
}
