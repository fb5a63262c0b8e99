import { isAppError } from '../../../../shared/error'
import { secretPurpose } from '../../../../shared/model/connection'
import { message } from '../../../../shared/words/messages'
import { badInput } from '../../lib/bad-input'
import { listedConnection, readListed, secretField } from '../listed'
import { textOf, type Foreign, type ImportItem } from './import-item'

export function isOwn(item: Foreign): boolean {
  return 'url' in item || 'endpoint' in item
}

/** As Sluice exports it, or a list of connections is written by hand. Files and commands that it names are left alone. */
export function fromOwn(item: Foreign): ImportItem {
  const name = textOf(item['name']).slice(0, 80)
  const { data, error } = listedConnection.safeParse(item)
  if (data === undefined) return { name, profile: null, reason: badInput(error.issues).data.problem }
  const typed = secretPurpose.options.map((purpose) => [purpose, textOf(item[secretField(purpose)])] as const)
  const elsewhere = Object.keys(item).some((field) => /(File|Command)$/.test(field))
  return wellRead(name, () => {
    const { profile, password } = readListed(data)
    const secrets = { password: password ?? undefined, ...Object.fromEntries(typed.filter(([, text]) => text !== '')) }
    return { name: profile.name, profile, secrets, notes: elsewhere ? [message('import.files')] : [] }
  })
}

/** `read`, or why it can't be. */
export function wellRead(name: string, read: () => ImportItem): ImportItem {
  try {
    return read()
  } catch (error) {
    if (!isAppError(error, 'BAD_INPUT')) throw error
    return { name, profile: null, reason: error.data.problem }
  }
}
