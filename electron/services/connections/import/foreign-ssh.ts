import type { SshTunnel } from '../../../../shared/model/connection'
import type { Message } from '../../../../shared/model/message'
import { message } from '../../../../shared/words/messages'
import { numberOf, textOf, type Foreign, type ImportedSecrets } from './import-item'

/** The way by an SSH server as another program tells it. `tunnel` is not checked yet. */
export interface ForeignSsh {
  readonly tunnel: SshTunnel
  readonly secrets: ImportedSecrets
  readonly notes: readonly Message[]
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----|^PuTTY-User-Key-File/

/**
 * `key`: what the program calls it, be it the key's text or the path of a file there, which nothing here reads. Where there is
 * neither a key nor a password, the program leaves it out of what it exports, or asks: here it has to be entered.
 */
export function foreignSsh(options: Foreign, key: string): ForeignSsh {
  const told = textOf(options[key]).trim()
  const text = PRIVATE_KEY.test(told) ? told : ''
  const password = textOf(options['password'])
  const auth = told === '' ? 'password' : 'key'
  const isMissing = auth === 'key' ? text === '' : password === ''
  return {
    tunnel: {
      ...{ host: textOf(options['host']), port: numberOf(options['port'], 22), username: textOf(options['username']) },
      ...{ auth, jump: null },
    },
    secrets: {
      'ssh-password': (auth === 'password' && password) || undefined,
      'ssh-key': text || undefined,
      'ssh-passphrase': (auth === 'key' && textOf(options['passphrase'])) || undefined,
    },
    notes: isMissing ? [message(told === '' ? 'import.ssh-password' : 'import.ssh-key-file')] : [],
  }
}
