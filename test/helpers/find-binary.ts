import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first of `names` (a command, or an absolute path) that can be run, searched in PATH and in sbin; null when none. */
export function findBinary(...names: readonly string[]): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  const candidates = names.flatMap((name) =>
    name.startsWith('/') ? [name] : folders.map((folder) => join(folder, name)),
  )
  return candidates.find(isExecutable) ?? null
}

/** As `findBinary`, for what a test can't do without: throws with the names that were looked for. */
export function requireBinary(...names: readonly string[]): string {
  const found = findBinary(...names)
  if (found === null) throw new Error(`None of ${names.join(', ')} is installed. \`npm test\` installs what it needs.`)
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
