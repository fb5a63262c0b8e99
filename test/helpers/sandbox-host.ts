import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { startWebHost, type WebHost } from './web-host'

export interface SandboxHost {
  readonly web: WebHost
  /** A second connection to the sandbox's own server, to look and to meddle with. */
  readonly redis: Redis
  stop(): Promise<void>
}

/** The built web host with its sandbox, in a temporary directory of its own: there the sandbox keeps its address. */
export async function startSandboxHost(flags: readonly string[] = ['--static']): Promise<SandboxHost> {
  const parent = mkdtempSync(join(tmpdir(), 'sluice-e2e-'))
  const web = await startWebHost(['--sandbox', ...flags], { TMPDIR: parent })
  const redis = new Redis({
    host: '127.0.0.1',
    ...readAddress(parent),
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  })
  // A lost connection shows in the command that needed it.
  redis.on('error', () => undefined)
  return {
    web,
    redis,
    async stop() {
      redis.disconnect()
      await web.stop()
      rmSync(parent, { recursive: true, force: true })
    },
  }
}

function readAddress(parent: string): { readonly port: number; readonly password: string } {
  const name = readdirSync(parent).find((entry) => entry.startsWith('sluice-sandbox-'))
  if (name === undefined) throw new Error(`There is no sandbox in ${parent}`)
  const conf = readFileSync(join(parent, name, 'redis.conf'), 'utf8')
  const line = (key: string): string => new RegExp(`^${key} (\\S+)$`, 'm').exec(conf)?.[1] ?? ''
  return { port: Number(line('port')), password: line('requirepass') }
}
