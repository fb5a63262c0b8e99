import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import type { SshHop } from '../../shared/model/connection'
import { findBinary, requireBinary } from './find-binary'
import { onFreePort, startServerProcess } from './server-process'
import { makeSshKey, type SshKey } from './ssh-keys'

/** Null where tests can start OpenSSH's server; else why not. */
export const noSshd: string | null =
  findBinary('sshd') === null || findBinary('ssh-keygen') === null ? 'there is no sshd here' : null

export interface SshdSetup {
  /** Public keys that may log in. */
  readonly authorized: readonly SshKey[]
  /** More lines of sshd_config; of two that say the same the first counts. */
  readonly config?: readonly string[]
  /** One of ed25519 by default. */
  readonly hostKeys?: readonly SshKey[]
}

export interface TestSshd {
  readonly host: string
  readonly port: number
  readonly hostKey: SshKey
  /** What it has logged, with each place that it led to. */
  readonly log: string
  /** As it is filled in to log in by key. */
  hop(changes?: Partial<SshHop>): SshHop
  /** So many are logged in now, or about to be. */
  connections(): number
  /** Ends all that are connected now, without a word. */
  drop(): void
  /** Those who are connected now hear nothing more (SIGSTOP); others are let in. */
  freeze(): void
  /** Nobody is let in any more, and those who are connected are dropped. */
  kill(): Promise<void>
  restart(changes?: Partial<SshdSetup>): Promise<void>
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/** OpenSSH's own server, for the user that runs the tests, on a free port of 127.0.0.1. Gone with this process at the latest. */
export async function startSshd(setup: SshdSetup): Promise<TestSshd> {
  const path = requireBinary('sshd')
  const dir = mkdtempSync(join(tmpdir(), 'sluice-sshd-'))
  const [hostKey, ...others] = setup.hostKeys ?? [await makeSshKey()]
  if (hostKey === undefined) throw new Error('an SSH server without a key')
  let now = { ...setup, hostKeys: [hostKey, ...others] }
  let log = ''
  let child: ChildProcess
  let port = 0

  const launch = async (): Promise<ChildProcess> => {
    // Where it gives up its rights; it is there as long as the machine runs.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
    const keyFiles = now.hostKeys.map((key, at) => {
      const file = join(dir, `host-${at}`)
      writeFileSync(file, key.private, { mode: 0o600 })
      return `HostKey ${file}`
    })
    writeFileSync(join(dir, 'authorized'), now.authorized.map((key) => `${key.public}\n`).join(''))
    const config = [
      ...(now.config ?? []),
      ...[`Port ${port}`, `ListenAddress ${HOST}`, ...keyFiles, `AuthorizedKeysFile ${join(dir, 'authorized')}`],
      ...['PidFile none', 'StrictModes no', 'UsePAM no', 'UseDNS no', 'PermitRootLogin yes', 'LogLevel DEBUG1'],
      ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'MaxStartups 100', ''],
    ]
    writeFileSync(join(dir, 'config'), config.join('\n'))
    return startServerProcess(path, ['-D', '-e', '-f', join(dir, 'config')], (text) => (log += text))
  }
  const children = (): readonly number[] => {
    const { pid } = child
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return []
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  }
  const signal = (what: NodeJS.Signals): void => {
    for (const pid of children()) {
      try {
        process.kill(pid, what)
      } catch {
        // It has ended by itself.
      }
    }
  }
  const drop = (): void => signal('SIGKILL')
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    // Those who are connected outlive the one that let them in.
    drop()
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const removeDir = (): void => rmSync(dir, { recursive: true, force: true })
  process.once('exit', removeDir)
  try {
    child = await onFreePort(
      (free) => {
        port = free
        return launch()
      },
      () => log,
    )
  } catch (error) {
    removeDir()
    throw error
  }

  return {
    ...{ host: HOST, port, hostKey, drop, kill, freeze: () => signal('SIGSTOP') },
    get log() {
      return log
    },
    hop: (changes = {}) => ({ host: HOST, port, username: userInfo().username, auth: 'key', ...changes }),
    connections: () => children().length,
    async restart(changes = {}) {
      await kill()
      now = { ...now, ...changes, hostKeys: [...(changes.hostKeys ?? now.hostKeys)] }
      child = await launch()
    },
    async stop() {
      await kill()
      removeDir()
      process.removeListener('exit', removeDir)
    },
  }
}
