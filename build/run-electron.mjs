// Electron as a child, which may die before it shows anything: by its sandbox, which Ubuntu keeps it from; a library that is missing;
// a display that is none. Whoever started it is told in time to do something else.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Until Electron says that it is ready. */
const READY_MS = 4_000
const LOOK_MS = 50
const USERNS = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns'

/** Runs a command with this terminal; `onChild` is given the child. Resolves to its exit code and signal, or to its error. */
export function runChild([command, ...args], onChild, env = process.env) {
  // A signal comes to both of us where a terminal, or whoever ends a whole group, sends it. Passing it on would make two of it, and
  // the second one means: now. Without a terminal to read from the child has a group of its own, and is told by us alone.
  const detached = !process.stdin.isTTY && process.platform !== 'win32'
  const child = spawn(command, args, { stdio: 'inherit', detached, env })
  onChild(child)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, signal: null, error }))
    child.once('exit', (code, signal) => resolve({ code, signal, error: null }))
  })
}

/** As `runChild`. With it comes why Electron was never ready, in words; null where it was, or ended well. */
export async function runElectron(command, onChild, readyMs = READY_MS) {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-start-'))
  const sign = join(dir, 'ready')
  let [late, child] = [false, null]
  const looking = lookFor(sign, readyMs, () => {
    late = true
    killAll(child)
  })
  try {
    const start = (started) => onChild((child = started))
    const how = await runChild(command, start, { ...process.env, SLUICE_READY_FILE: sign })
    const isWell = existsSync(sign) || (how.code === 0 && !late)
    return { ...how, why: isWell ? null : whyNotReady(how, late, readyMs) }
  } finally {
    clearInterval(looking)
    rmSync(dir, { recursive: true, force: true })
  }
}

/** With what it has started, where it has a group of its own. */
function killAll(child) {
  const ownGroup = !process.stdin.isTTY && process.platform !== 'win32'
  try {
    if (child?.pid) process.kill(ownGroup ? -child.pid : child.pid, 'SIGKILL')
  } catch {
    // It ended in this moment.
  }
}

function lookFor(sign, withinMs, onLate) {
  const from = performance.now()
  const timer = setInterval(() => {
    const isLate = performance.now() - from > withinMs
    if (!isLate && !existsSync(sign)) return
    clearInterval(timer)
    if (!existsSync(sign)) onLate()
  }, LOOK_MS)
  return timer
}

function whyNotReady({ code, signal, error }, late, readyMs) {
  if (late) return `Electron was not ready within ${readyMs / 1000} s`
  if (error) return `Electron can’t be started (${error.code})`
  // A shell in between tells a signal by 128 and its number.
  const name = signal ?? Object.keys(constants.signals).find((one) => constants.signals[one] === code - 128)
  if (['SIGTRAP', 'SIGABRT', 'SIGILL'].includes(name) && isUserNamespaceRefused()) {
    return `AppArmor keeps Electron from what its sandbox needs (${USERNS} is 1), and it ended by ${name}`
  }
  if (code === 127) return 'Electron lacks a library, which it names above'
  return `Electron ended ${name ? `by ${name}` : `with ${code}`} before it was ready`
}

function isUserNamespaceRefused() {
  return existsSync(USERNS) && readFileSync(USERNS, 'utf8').trim() === '1'
}
