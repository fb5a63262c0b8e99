import { execFileSync } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const DIRECTORY_PREFIX = 'sluice-sandbox-'

const OWNER_FILE = 'owner.json'
/** A directory without an owner file may be one that is being made right now. */
const GRACE_MS = 60_000

interface Owner {
  readonly pid: number
  /** As the system writes it. Process ids are used again; the same id with another birth is another process. */
  readonly birth: string | null
}

/** Writes down whose directory it is: this process. */
export function claimDirectory(dir: string): void {
  const owner: Owner = { pid: process.pid, birth: birthOf(process.pid) }
  writeFileSync(join(dir, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 })
}

/**
 * Ends and removes what sandboxes have left behind whose app and keeper were both killed. Touches directories of this
 * user with our name and an owner that is gone, and no process but the server that runs in such a directory. Gives the
 * directories removed.
 */
export function sweepStaleSandboxes(parent: string): readonly string[] {
  const removed: string[] = []
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(DIRECTORY_PREFIX)) continue
    const dir = join(parent, name)
    if (!isStale(dir)) continue
    endServer(dir)
    rmSync(dir, { recursive: true, force: true })
    removed.push(dir)
  }
  return removed
}

function isStale(dir: string): boolean {
  const found = lstatSync(dir, { throwIfNoEntry: false })
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return false
  const owner = readOwner(dir)
  if (owner === null) return Date.now() - found.mtimeMs > GRACE_MS
  return !isAlive(owner.pid) || birthOf(owner.pid) !== owner.birth
}

function readOwner(dir: string): Owner | null {
  const text = readText(join(dir, OWNER_FILE))
  if (text === null) return null
  try {
    const { pid, birth } = JSON.parse(text) as Partial<Owner>
    return typeof pid === 'number' && birth !== undefined ? { pid, birth } : null
  } catch {
    return null // Half written: its app died at once.
  }
}

/** Only a process that is a Redis or Valkey server on this directory's port. */
function endServer(dir: string): void {
  const pid = Number(readText(join(dir, 'redis.pid')))
  const port = /^port (\d+)$/m.exec(readText(join(dir, 'redis.conf')) ?? '')?.[1]
  if (!Number.isInteger(pid) || pid <= 1 || port === undefined) return
  const command = commandLine(pid) ?? ''
  if (!/(redis|valkey)-server/.test(command)) return
  // Servers rename themselves to `redis-server 127.0.0.1:6379` once they listen.
  if (command.includes(`127.0.0.1:${port}`) || command.includes(dir)) process.kill(pid, 'SIGKILL')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process was born; null when there is none, or the system doesn't tell. */
function birthOf(pid: number): string | null {
  if (process.platform !== 'linux') return ps(pid, 'lstart=')
  // Field 22 of proc(5)'s stat, in ticks since boot. The second field, the name, may itself hold spaces and brackets.
  return readText(`/proc/${pid}/stat`)?.split(')').at(-1)?.trim().split(' ')[19] ?? null
}

function commandLine(pid: number): string | null {
  return process.platform === 'linux' ? readText(`/proc/${pid}/cmdline`) : ps(pid, 'command=')
}

function ps(pid: number, column: string): string | null {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8', timeout: 5_000 }).trim()
  } catch {
    return null // `ps` ends with 1 when there is no such process.
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // Not there, or gone since.
  }
}
