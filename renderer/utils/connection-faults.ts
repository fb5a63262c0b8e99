import type { AppErrorData } from '../../shared/error-data'
import { words } from '../../shared/words/words'
import type { ConnectionFormState, FieldErrors } from './connection-form'
import { sshFieldOf, sshFieldToBlame } from './ssh-form'

type Unreachable = AppErrorData<'UNREACHABLE'>

// The host names a field by its position in the input: `profile.endpoint.port`.
const FIELDS: readonly (readonly [RegExp, keyof ConnectionFormState])[] = [
  [/addressMap\b/, 'addressMap'],
  [/nodes\b/, 'nodes'],
  [/primary$/, 'primary'],
  [/sentinel-password$/, 'sentinelPassword'],
  [/endpoint\.tls\.ca$/, 'sentinelCa'],
  [/endpoint\.?(host)?$/, 'host'],
  [/port$/, 'port'],
  [/path$/, 'path'],
  [/name$/, 'name'],
  [/folder$/, 'folder'],
  [/notes$/, 'notes'],
  [/masked\b/, 'masked'],
  [/username$/, 'username'],
  [/password$/, 'password'],
  [/db$/, 'db'],
  [/ca$/, 'ca'],
  [/cert$/, 'cert'],
  [/tls-key$/, 'tlsKey'],
  [/tls-passphrase$/, 'tlsPassphrase'],
]

/** The form's field that the host means, or null when it is none of them. */
export function fieldOf(named: string): keyof ConnectionFormState | null {
  const ssh = sshFieldOf(named)
  if (ssh !== null) return ssh
  if (/serverName$/i.test(named)) return /endpoint/.test(named) ? 'sentinelServerName' : 'serverName'
  if (/username$/i.test(named)) return /endpoint/.test(named) ? 'sentinelUsername' : 'username'
  return FIELDS.find(([pattern]) => pattern.test(named))?.[1] ?? null
}

const UNREACHABLE_FIELDS: Readonly<
  Partial<Record<Unreachable['reason'], readonly [keyof ConnectionFormState, string]>>
> = {
  refused: ['port', words.connectionForm.refusedPort],
  'not-found': ['host', words.connectionForm.noHost],
  timeout: ['host', words.connectionForm.noAnswerInTime],
  'not-redis': ['port', words.connectionForm.notRedis],
  'no-database': ['db', words.connectionForm.noSuchDatabase],
  'password-needed': ['password', words.connectionForm.passwordNeeded],
  'password-wrong': ['password', words.connectionForm.passwordRefused],
  'sentinel-denied': ['sentinelPassword', words.connectionForm.passwordRefused],
  'tls-client': ['cert', words.connectionForm.certRefused],
  'tls-key': ['tlsKey', words.connectionForm.keyUnusable],
  'no-such-primary': ['primary', words.connectionForm.noSuchPrimary],
  'not-sentinel': ['nodes', words.connectionForm.notSentinel],
}

/** The field that a failed try points at, and what is wrong with it; empty where none can be blamed. */
export function fieldsToBlame(form: ConnectionFormState, error: Unreachable): FieldErrors {
  const { reason } = error
  if (/^(not-)?ssh/.test(reason)) return sshFieldToBlame(form, error)
  const { kind } = form
  const [field, text] = UNREACHABLE_FIELDS[reason] ?? []
  if (field === undefined || text === undefined) return {}
  if (kind === 'tcp' || !['host', 'port'].includes(field)) return { [field]: text }
  if (kind !== 'unix') return { nodes: text.replace(words.connectionForm.onThisPort, 'here') }
  return {
    path:
      reason === 'refused' ? words.connectionForm.refusedSocket : text.replace(words.connectionForm.onThisPort, 'here'),
  }
}
