import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { requireBinary } from './find-binary'

const run = promisify(execFile)

export interface SshKey {
  /** As ssh-keygen writes it. */
  readonly private: string
  /** One line: type and key, as in authorized_keys. */
  readonly public: string
  readonly type: string
  /** By OpenSSH's own tool. */
  readonly fingerprint: string
}

export interface SshKeySetup {
  readonly type?: 'ed25519' | 'rsa' | 'ecdsa'
  readonly passphrase?: string
}

/** A key pair, made by ssh-keygen. */
export async function makeSshKey({ type = 'ed25519', passphrase = '' }: SshKeySetup = {}): Promise<SshKey> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-ssh-key-'))
  const keygen = requireBinary('ssh-keygen')
  const file = join(dir, 'key')
  try {
    const size = type === 'rsa' ? ['-b', '2048'] : []
    await run(keygen, ['-q', '-t', type, ...size, '-a', '4', '-N', passphrase, '-C', '', '-f', file])
    const { stdout } = await run(keygen, ['-l', '-E', 'sha256', '-f', `${file}.pub`])
    const line = (await readFile(`${file}.pub`, 'utf8')).trim()
    return {
      private: await readFile(file, 'utf8'),
      public: line,
      type: line.split(' ')[0] ?? '',
      fingerprint: stdout.split(' ')[1] ?? '',
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
