/** Why a password or a key can’t be had from where it is kept. */
export const secretMessages = {
  'secret.not-opened': () => 'It can’t be decrypted: the key ring has another key by now, or the file was changed',
  'secret.command-failed': ({ command, code }: { readonly command: string; readonly code: string }) =>
    `${command} gave none${code === '' ? '' : ` (${code})`}`,
  'secret.file-not-read': ({ file, code }: { readonly file: string; readonly code: string }) =>
    `${file} can’t be read${code === '' ? '' : ` (${code})`}`,
  'secret.file-too-large': ({ file, mostBytes }: { readonly file: string; readonly mostBytes: number }) =>
    `${file} has more than ${mostBytes} bytes, which no secret has`,
}
