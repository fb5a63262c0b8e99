// Electron's package fetches its binary on first use, not when it is installed, so it may not be there.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ELECTRON = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules/electron')

/** The Electron binary; null when it isn't there. */
export function findElectron() {
  const pointer = join(ELECTRON, 'path.txt')
  const binary = existsSync(pointer) ? join(ELECTRON, 'dist', readFileSync(pointer, 'utf8').trim()) : null
  return binary && existsSync(binary) ? binary : null
}
