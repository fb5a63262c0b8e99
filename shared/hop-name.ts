import type { SshHop } from './model/connection'

/** What an SSH server is called in words and errors: `ada@bastion:22`. */
export function hopName({ username, host, port }: SshHop): string {
  return `${username}@${host.includes(':') ? `[${host}]` : host}:${port}`
}
