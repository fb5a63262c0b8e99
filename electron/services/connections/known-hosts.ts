import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { SshHop } from '../../../shared/model/connection'
import { hostKey, type HostKey } from '../../../shared/model/host-key'
import type { KnownHost } from '../../redis/ssh/host-key'
import { openJsonFile, type JsonContent } from '../lib/json-file'
import { readKnownHosts } from './known-hosts-lines'

/** The keys of SSH servers that a person accepted: here, or for ssh itself, whose file is only read. */
export interface KnownHosts {
  /** Rejects STORAGE where what was accepted here can't be read. */
  of(hop: Pick<SshHop, 'host' | 'port'>): Promise<KnownHost>
  /** Once more nothing is asked of this key at that host. Rejects STORAGE. */
  accept(key: HostKey): Promise<void>
  close(): void
}

export interface KnownHostsOptions {
  readonly dataDir: string
  /** OpenSSH's; the user's own by default. */
  readonly userFile?: string | undefined
  readonly log: Logger
}

/** A larger one is none that a person keeps. */
const MOST_BYTES = 16 * 1024 * 1024
const NAME = 'ssh-known-hosts'

export async function openKnownHosts({ dataDir, log, ...options }: KnownHostsOptions): Promise<KnownHosts> {
  const file = await openJsonFile({ dataDir, name: NAME, log })
  const userFile = options.userFile ?? join(homedir(), '.ssh', 'known_hosts')

  /** What can't be read counts for nothing: then the person is asked. */
  const readUserFile = async (): Promise<string> => {
    try {
      const { size } = await stat(userFile)
      if (size <= MOST_BYTES) return await readFile(userFile, 'utf8')
      log.warn({ file: userFile, size }, 'a known_hosts of this size is not read')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ err: error }, 'known_hosts can’t be read')
    }
    return ''
  }

  return {
    async of(hop) {
      file.refresh()
      const accepted = acceptedIn(file.content).filter((key) => isOf(key, hop))
      const users = readKnownHosts(await readUserFile(), hop, userFile)
      const keys = accepted.map(({ type, fingerprint }) => ({ type, fingerprint, where: `${NAME}.json` }))
      return { ...users, keys: [...keys, ...users.keys] }
    },
    async accept(key) {
      await file.update((content) => {
        const accepted = acceptedIn(content)
        const isThere = accepted.some((each) => isOf(each, key) && each.fingerprint === key.fingerprint)
        return isThere ? null : { ...content, version: 1, hosts: [...accepted, key] }
      })
    },
    close: () => file.close(),
  }
}

function isOf(key: HostKey, { host, port }: Pick<SshHop, 'host' | 'port'>): boolean {
  return key.host.toLowerCase() === host.toLowerCase() && key.port === port
}

const items = z.array(z.unknown())

/** What is understood of it. */
function acceptedIn(content: JsonContent): readonly HostKey[] {
  const listed = items.safeParse(content['hosts'])
  return (listed.data ?? []).flatMap((item) => hostKey.safeParse(item).data ?? [])
}
