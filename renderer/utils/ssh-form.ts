import type { AppErrorData } from '../../shared/error-data'
import type { SecretPurpose, SshHop, SshTunnel } from '../../shared/model/connection'
import { hopName } from '../../shared/hop-name'
import { words } from '../../shared/words/words'

type Unreachable = AppErrorData<'UNREACHABLE'>

/** The SSH server before the servers, or the one before that. */
export type HopName = 'ssh' | 'jump'

interface HopFields {
  readonly host: string
  readonly port: number | null
  readonly username: string
  readonly auth: SshHop['auth']
  /** Null: not touched, so that what is known stays. */
  readonly password: string | null
  readonly key: string | null
  readonly passphrase: string | null
}

type Fields<H extends HopName> = { readonly [F in keyof HopFields as `${H}.${F}`]: HopFields[F] }

/** What is typed of the way by SSH, as it is typed. */
export type SshFormState = { readonly ssh: boolean; readonly jump: boolean } & Fields<'ssh'> & Fields<'jump'>

export type SshErrors = Readonly<Partial<Record<keyof SshFormState, string>>>

export const BLANK_SSH: SshFormState = {
  ssh: false,
  'ssh.host': '',
  'ssh.port': 22,
  'ssh.username': '',
  'ssh.auth': 'key',
  'ssh.password': null,
  'ssh.key': null,
  'ssh.passphrase': null,
  jump: false,
  'jump.host': '',
  'jump.port': 22,
  'jump.username': '',
  'jump.auth': 'key',
  'jump.password': null,
  'jump.key': null,
  'jump.passphrase': null,
}

/** Secrets are not part of it, and stay. */
export function fillSsh(ssh: SshTunnel | null): Partial<SshFormState> {
  if (ssh === null) return { ssh: false, jump: false }
  const { host, port, username, auth, jump } = ssh
  return {
    ...{
      ssh: true,
      'ssh.host': host,
      'ssh.port': port,
      'ssh.username': username,
      'ssh.auth': auth,
      jump: jump !== null,
    },
    ...(jump && {
      'jump.host': jump.host,
      'jump.port': jump.port,
      'jump.username': jump.username,
      'jump.auth': jump.auth,
    }),
  }
}

function hopOf(form: SshFormState, which: HopName): SshHop {
  return {
    host: form[`${which}.host`].trim(),
    port: form[`${which}.port`] ?? 22,
    username: form[`${which}.username`].trim(),
    auth: form[`${which}.auth`],
  }
}

export function sshOf(form: SshFormState): SshTunnel | null {
  return form.ssh ? { ...hopOf(form, 'ssh'), jump: form.jump ? hopOf(form, 'jump') : null } : null
}

type SshPurpose = Extract<SecretPurpose, `${HopName}-${string}`>

export function sshSecrets(form: SshFormState): Readonly<Record<SshPurpose, string | null>> {
  return {
    'ssh-password': form['ssh.password'],
    'ssh-key': form['ssh.key'],
    'ssh-passphrase': form['ssh.passphrase'],
    'jump-password': form['jump.password'],
    'jump-key': form['jump.key'],
    'jump-passphrase': form['jump.passphrase'],
  }
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----|^PuTTY-User-Key-File/

function checkHop(form: SshFormState, which: HopName): SshErrors {
  const key = form[`${which}.key`]?.trim() ?? ''
  const isNoKey = form[`${which}.auth`] === 'key' && key !== '' && !PRIVATE_KEY.test(key)
  return {
    ...(form[`${which}.host`].trim() === '' ? { [`${which}.host`]: words.connectionForm.hostNeeded } : {}),
    ...(form[`${which}.port`] === null ? { [`${which}.port`]: words.connectionForm.portNeeded } : {}),
    ...(form[`${which}.username`].trim() === '' ? { [`${which}.username`]: words.ssh.userNeeded } : {}),
    ...(isNoKey ? { [`${which}.key`]: words.ssh.keyNeeded } : {}),
  }
}

export function checkSsh(form: SshFormState): SshErrors {
  if (!form.ssh) return {}
  return { ...checkHop(form, 'ssh'), ...(form.jump ? checkHop(form, 'jump') : {}) }
}

/** `profile.ssh.jump.host`, `secrets.jump-key`: the form's field, or null where it is none of these. */
export function sshFieldOf(named: string): keyof SshFormState | null {
  const [, inPlace, inSecret, field = ''] = /\b(?:ssh\.(jump\.)?|(ssh|jump)-)(\w+)$/.exec(named) ?? []
  const which: HopName = inPlace !== undefined || inSecret === 'jump' ? 'jump' : 'ssh'
  const found = `${which}.${field}`
  return isField(found) ? found : null
}

function isField(name: string): name is keyof SshFormState {
  return Object.hasOwn(BLANK_SSH, name)
}

const BLAME: Readonly<Partial<Record<Unreachable['reason'], readonly [keyof HopFields, string]>>> = {
  'ssh-refused': ['port', words.connectionForm.refusedPort],
  'ssh-not-found': ['host', words.connectionForm.noHost],
  'ssh-timeout': ['host', words.connectionForm.noAnswerInTime],
  'not-ssh': ['port', words.ssh.notSsh],
  'ssh-password': ['password', words.ssh.passwordNeeded],
}

/** The field that a failed try points at, of the server that it failed at. */
export function sshFieldToBlame(form: SshFormState, { reason, endpoint, detail }: Unreachable): SshErrors {
  const which: HopName = form.jump && endpoint === hopName(hopOf(form, 'jump')) ? 'jump' : 'ssh'
  if (reason === 'ssh-key') {
    const field = detail?.code.startsWith('ssh.passphrase') ? 'passphrase' : 'key'
    return { [`${which}.${field}`]: words.ssh.unusable }
  }
  if (reason === 'ssh-auth') {
    const field = { password: 'password', key: 'key', agent: 'username' } as const
    return { [`${which}.${field[form[`${which}.auth`]]}`]: words.ssh.refused }
  }
  const [field, text] = BLAME[reason] ?? []
  return field === undefined || text === undefined ? {} : { [`${which}.${field}`]: text }
}
