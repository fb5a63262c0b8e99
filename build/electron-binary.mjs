// Electron's package fetches its binary on first use, not when it is installed, so it may not be there.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MODULES = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules')
const ELECTRON = join(MODULES, 'electron')
const FETCH_TIMEOUT_MS = 120_000
/** For so long a fetch that failed is not tried again: a machine that can't reach the download shouldn't wait for it at every start. */
const AGAIN_AFTER_MS = 24 * 3_600_000

/** The Electron binary, also where Electron's own variable says that it lies elsewhere; null when it isn't there. */
export function findElectron() {
  const pointer = join(ELECTRON, 'path.txt')
  const elsewhere = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const name = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : elsewhere ? 'electron' : null
  const binary = name && join(elsewhere || join(ELECTRON, 'dist'), name)
  return binary && existsSync(binary) ? binary : null
}

/** What a fetch needs; a test has others. */
const USUAL = {
  install: join(ELECTRON, 'install.js'),
  note: join(MODULES, '.sluice-no-electron'),
  timeoutMs: FETCH_TIMEOUT_MS,
}

/**
 * Fetches Electron. Gives why it could not, in words, or null. The reason is kept in a file, so that the next start need not wait
 * for the same; `say` tells that it begins.
 */
export function fetchElectron(say, { install, note, timeoutMs } = USUAL) {
  if (existsSync(note) && Date.now() - statSync(note).mtimeMs < AGAIN_AFTER_MS) {
    return `${readFileSync(note, 'utf8').trim()} (${note} keeps that for a day; delete it to have Electron fetched now)`
  }
  say('Fetching Electron, once (about 110 MB, at most two minutes; --web does without).')
  const { status, stderr, error } = spawnSync(process.execPath, [install], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  if (status === 0) return null
  const why = `Electron could not be fetched: ${error?.code === 'ETIMEDOUT' ? 'it took too long' : lastError(stderr ?? '')}`
  writeFileSync(note, `${why}\n`)
  return why
}

/** Of what Node prints when a script throws. */
function lastError(text) {
  const lines = text.split('\n').map((line) => line.trim())
  const found = lines.findLast((line) => /^(?:\w*Error|\w+ \[\w+\])\b.*:/.test(line)) ?? lines.findLast(Boolean)
  return (found ?? 'its installer gave no reason').slice(0, 200)
}
