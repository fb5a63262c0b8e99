import type { SecretPurpose } from '../../../model/connection'

const SECRET_NAMES: Readonly<Record<SecretPurpose, string>> = {
  password: 'password',
  'sentinel-password': 'password at the sentinels',
  'tls-key': 'key of the client certificate',
  'tls-passphrase': 'passphrase of that key',
  'ssh-password': 'SSH password',
  'ssh-key': 'SSH key',
  'ssh-passphrase': 'passphrase of the SSH key',
  'jump-password': 'password at the jump host',
  'jump-key': 'key for the jump host',
  'jump-passphrase': 'passphrase of the key for the jump host',
}

/** Why a password or a key can’t be had from where it is kept. */
export const secretMessages = {
  'secret.type-again': ({ purpose, endpoint }: { readonly purpose: SecretPurpose; readonly endpoint: string }) =>
    `Give the ${SECRET_NAMES[purpose]} again: the one that is known was given for ${endpoint}, and goes to no other server.`,
  'secret.not-opened': () => 'It can’t be decrypted: the key ring has another key by now, or the file was changed',
  'secret.command-failed': ({ command, code }: { readonly command: string; readonly code: string }) =>
    `${command} gave none${code === '' ? '' : ` (${code})`}`,
  'secret.file-not-read': ({ file, code }: { readonly file: string; readonly code: string }) =>
    `${file} can’t be read${code === '' ? '' : ` (${code})`}`,
  'secret.file-too-large': ({ file, mostBytes }: { readonly file: string; readonly mostBytes: number }) =>
    `${file} has more than ${mostBytes} bytes, which no secret has`,
}
