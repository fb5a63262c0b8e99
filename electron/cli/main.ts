import { basename } from 'node:path'
import { cliWords } from '../../shared/words/en/cli-words'
import { errorCode } from '../host/outside/bounded-file'
import { Ended } from './aborted'
import { EXIT, type ExitCode } from './exit-code'
import { visible } from './print/visible'
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
  // What is waited for may never come any more.
  process.exitCode = code
  setTimeout(() => process.exit(code), STOP_LIMIT_MS).unref()
  asked.abort(new Ended(code))
  everything.abort(asked.signal.reason)
}

/** What came up beside the command itself. */
let trouble: ExitCode = EXIT.fine

/** A job ends between two batches, with its record, and what it was waited for by is not to be trusted. */
function onFault(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error)
  process.stderr.write(`sluice: ${visible(cliWords.fault(text))}\n`)
  trouble = EXIT.fault
  if (!asked.signal.aborted) stop(trouble)
}
process.on('uncaughtException', onFault)
process.on('unhandledRejection', onFault)

process.stdout.on('error', (error) => {
  if (everything.signal.aborted) return
  const code = errorCode(error)
  // `| head` has what it wants.
  if (code !== 'EPIPE') {
    trouble = EXIT.storage
    process.stderr.write(`sluice: ${visible(cliWords.notPrinted(code))}\n`)
  }
  everything.abort(new Ended(trouble))
  if (process.exitCode === EXIT.fine) process.exitCode = trouble
})
// Nobody listens, and that is all.
process.stderr.on('error', () => undefined)

/** By its name where it is called so, as by a link; else as Node's script. npx finds it by that name, and no shell does. */
function programOf([node = 'node', script = '']: readonly string[], env: NodeJS.ProcessEnv): readonly string[] {
  return basename(script) === 'sluice' && env.npm_command !== 'exec' ? ['sluice'] : [node, script]
}

const code = await runCommandLine(process.argv.slice(2), {
  ...{ out: process.stdout, err: process.stderr, input: process.stdin, env: process.env },
  ...{ signal: everything.signal, stop: asked.signal, program: programOf(process.argv, process.env) },
})
process.exitCode = code === EXIT.fine ? trouble : code
