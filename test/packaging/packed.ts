import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')

export interface Packed {
  /** What `npm run package` calls dist/. */
  readonly dist: string
  /** The directory that the installers hold. */
  readonly app: string
  remove(): void
}

/** Runs `npm run package` with the stand-in for Electron, in a directory of its own. Takes about ten seconds. */
export function packStandIn(): Packed {
  return pack(['--electron', '--stand-in'], 'linux-unpacked')
}

/** The same for the light packages, which need none; with `--npm` for that one alone, in a second. `app`: what they hold. */
export function packLight(which: '--light' | '--npm'): Packed {
  return pack([which], 'light')
}

function pack(flags: readonly string[], app: string): Packed {
  const dist = mkdtempSync(join(tmpdir(), 'sluice-packed-'))
  run(process.execPath, [join(ROOT, 'build/package.mjs'), ...flags, '--output', dist])
  return { dist, app: join(dist, app), remove: () => rmSync(dist, { recursive: true, force: true }) }
}

/** Runs a command to its end and gives what it printed. */
export function run(command: string, args: readonly string[], cwd = ROOT): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw error ?? new Error(`${command} ended with ${status}: ${stdout}${stderr}`)
  return stdout
}

/** All files below a directory, by their paths in it, sorted. */
export function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort()
}

export function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

export function fileNamed(directory: string, pattern: RegExp): string {
  const name = readdirSync(directory).find((one) => pattern.test(one))
  if (name === undefined) throw new Error(`nothing like ${pattern.source} in ${directory}`)
  return join(directory, name)
}

export function readText(path: string): string {
  return readFileSync(path, 'utf8')
}
