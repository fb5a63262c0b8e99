// `npm start` and `npm run sandbox`: in a window where Electron can run, else by a browser. Flags go through to either.
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fetchElectron, findElectron } from './electron-binary.mjs'
import { runChild, runElectron } from './run-electron.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const flags = process.argv.slice(2)

const say = (line) => process.stderr.write(`${line}\n`)

/** Why it has to be the browser; null when a window can be opened. */
function whyNoWindow() {
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
  if (!hasDisplay) return 'There is no display here'
  if (process.platform === 'linux' && process.getuid() === 0) return 'Electron’s sandbox does not run as root'
  return findElectron() ? null : fetchElectron(say)
}

let [child, isEnding] = [null, false]
const onChild = (started) => (child = started)
// Arguments may hold a password, which `ps` would show as long as this runs.
process.title = 'sluice'
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    isEnding = true
    if (!process.stdin.isTTY || signal === 'SIGTERM') child?.kill(signal)
  })
}

/** Runs Electron's window; null where it has to be the browser, for a reason that has been told. */
async function inElectron() {
  const reason = whyNoWindow()
  const how = reason === null ? await runElectron([findElectron(), ROOT, ...flags], onChild) : { why: reason }
  if (how.why === null || isEnding) return how
  say(`${how.why}: Sluice runs in the browser.`)
  return null
}

// A bare word is a command: `report`, or `user` for the web host's users.
const isForTerminal = flags.includes('--web') || flags.includes('--help') || /^[a-z][a-z-]*$/.test(flags[0] ?? '')
const web = [process.execPath, join(ROOT, 'out/server/cli.js'), ...flags]
const { code, signal, error } = (isForTerminal ? null : await inElectron()) ?? (await runChild(web, onChild))
if (error) say(error.message)
process.exit(code ?? 128 + constants.signals[signal])
