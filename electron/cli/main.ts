import { Ended } from './aborted'
import { EXIT, type ExitCode } from './exit-code'
import { runCommandLine } from './run-command-line'

const STOP_LIMIT_MS = 60_000
const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hangup } as const

const everything = new AbortController()
const asked = new AbortController()

for (const [signal, code] of Object.entries(SIGNALS)) {
  // A library (conf) listens as well, and sends each signal on a second time: that would be somebody who can't wait.
  process.removeAllListeners(signal)
  process.on(signal, () => stop(code))
}

/** The first one asks; who sends a second can't wait. */
function stop(code: ExitCode): void {
  if (asked.signal.aborted) process.exit(code)
  setTimeout(() => process.exit(code), STOP_LIMIT_MS).unref()
  asked.abort(new Ended(code))
  everything.abort(asked.signal.reason)
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `| head` has what it wants.
  if (error.code !== 'EPIPE') throw error
  everything.abort(new Ended(EXIT.fine))
})
// Nobody listens, and that is all.
process.stderr.on('error', () => undefined)

process.exitCode = await runCommandLine(process.argv.slice(2), {
  ...{ out: process.stdout, err: process.stderr, input: process.stdin, env: process.env },
  ...{ signal: everything.signal, stop: asked.signal },
})
