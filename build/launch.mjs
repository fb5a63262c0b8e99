// `npm start` and `npm run sandbox`: in a window where Electron can run, else in the browser. Flags go through to either.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findElectron } from './electron-binary.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const ELECTRON = join(ROOT, 'node_modules/electron')
const FETCH_FAILED = join(ROOT, 'node_modules/.sluice-no-electron')
const FETCH_TIMEOUT_MS = 120_000

const say = (line) => process.stderr.write(`${line}\n`)

/** Tries once per install: a machine that can't reach the download shouldn't wait for it at every start. */
function fetchElectron() {
  if (existsSync(FETCH_FAILED)) return null
  say('Fetching Electron, once (about 110 MB, at most two minutes; --web does without).')
  const install = [join(ELECTRON, 'install.js')]
  const { status } = spawnSync(process.execPath, install, {
    stdio: 'ignore',
    timeout: FETCH_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  })
  if (status === 0) return findElectron()
  writeFileSync(FETCH_FAILED, 'Delete this file to have Electron fetched again at the next start.\n')
  return null
}

/** Why it has to be the browser; null when a window can be opened. */
function whyNoWindow() {
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
  if (!hasDisplay) return 'There is no display here'
  if (process.platform === 'linux' && process.getuid() === 0) return 'Electron’s sandbox does not run as root'
  return null
}

function chooseHost(flags) {
  const web = [process.execPath, join(ROOT, 'out/server/cli.js'), ...flags]
  // A bare word is a command: `report`, or `user` for the web host's users.
  if (flags.includes('--web') || flags.includes('--help') || /^[a-z][a-z-]*$/.test(flags[0] ?? '')) return web
  const reason = whyNoWindow()
  const electron = reason ? null : (findElectron() ?? fetchElectron())
  if (electron) return [electron, ROOT, ...flags]
  say(`${reason ?? 'Electron could not be fetched'}: Sluice runs in the browser.`)
  return web
}

const [command, ...args] = chooseHost(process.argv.slice(2))
const { isTTY } = process.stdin
// A signal comes to both of us where a terminal, or whoever ends a whole group, sends it. Passing it on would make two of it, and the
// second one means: now. Without a terminal to read from the child has a group of its own, and is told by us alone.
const child = spawn(command, args, { stdio: 'inherit', detached: !isTTY && process.platform !== 'win32' })
// Arguments may hold a password, which `ps` would show as long as this runs.
process.title = 'sluice'
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => (isTTY && signal !== 'SIGTERM') || child.kill(signal))
}
child.on('error', (error) => {
  say(`${command}: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
