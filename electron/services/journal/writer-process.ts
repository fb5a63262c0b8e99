import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import os from 'node:os'
import { promisify } from 'node:util'

/**
 * When a process was born, as a word of letters and digits. Process ids are used again; the same id with another birth
 * is another process. Null when there is no such process, or the system doesn't tell (Windows).
 */
export async function birthOf(pid: number, platform: NodeJS.Platform = process.platform): Promise<string | null> {
  if (platform === 'win32') return null
  try {
    return platform === 'linux' ? await readBirth(pid) : await askForBirth(pid)
  } catch {
    return null // No such process, or it is hidden from this user.
  }
}

/** Whether the process of this id that was born then, and that made something at `madeAt` (ms since 1970), still lives. */
export async function isStillRunning(pid: number, birth: string | null, madeAt: number): Promise<boolean> {
  if (birth !== null) return (await birthOf(pid)) === birth
  // Where births are not told, this much is sure: no process outlives a restart of the system.
  return isAlive(pid) && madeAt >= Date.now() - os.uptime() * 1_000
}

/**
 * The namespace of process ids that this process is in, as a word of letters and digits: whoever is in the same one can be
 * looked up by id (pid_namespaces(7)). Null where it can't be told, or where /proc shows the ids of another one.
 */
export async function processNamespace(platform: NodeJS.Platform = process.platform): Promise<string | null> {
  if (platform !== 'linux') return platform
  try {
    if ((await readlink('/proc/self')) !== String(process.pid)) return null
    const inode = /\d+/.exec(await readlink('/proc/self/ns/pid'))?.[0]
    return inode === undefined ? null : `${await bootOf()}n${inode}`
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Field 22 of proc(5)'s stat, in ticks since boot, and which boot. The second field, the name, may hold brackets. One
 * that has ended and that its parent has not asked after yet (state Z) is no more.
 */
async function readBirth(pid: number): Promise<string | null> {
  // Of itself by that name: /proc may be another namespace's, where the id is somebody else's.
  const stat = await readFile(`/proc/${pid === process.pid ? 'self' : pid}/stat`, 'utf8')
  const fields = stat.split(')').at(-1)?.trim().split(' ') ?? []
  const ticks = fields[19]
  return ticks === undefined || fields[0] === 'Z' ? null : `${await bootOf()}${ticks}`
}

async function bootOf(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).replace(/\W/g, '').slice(0, 8)
}

async function askForBirth(pid: number): Promise<string | null> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { env, timeout: 5_000 })
  const born = Date.parse(`${stdout.trim()} UTC`)
  return Number.isNaN(born) ? null : born.toString(36)
}
