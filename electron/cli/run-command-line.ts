import { createInterface } from 'node:readline/promises'
import { cliWords } from '../../shared/words/en/cli-words'
import { errorCode } from '../host/outside/bounded-file'
import { UsageError } from '../host/usage-error'
import { Ended } from './aborted'
import { hidePasswords } from './address'
import type { Ask } from './call'
import { COMMANDS } from './commands/table'
import { EXIT, exitCodeOf, type ExitCode } from './exit-code'
import { commandHelp } from './help'
import { parseCommandLine } from './parse'
import { createPrint, type Print } from './print/print'
import { visible } from './print/visible'
import { replyOf, wordsOf } from './said'
import { openSession } from './session'

interface Terminal {
  readonly out: NodeJS.WriteStream
  readonly err: NodeJS.WriteStream
  readonly input: NodeJS.ReadStream
  readonly env: NodeJS.ProcessEnv
  /** The words of a shell that start this program. */
  readonly program?: readonly string[]
  /** See `Call`. */
  readonly signal: AbortSignal
  readonly stop: AbortSignal
}

/** Runs one command line to its end, says what is to be said, and gives how it ended. Never throws. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { signal, stop, env, program = ['sluice'] } = terminal
  const printed = (as: 'json' | 'table' | null): Print => createPrint({ ...terminal, as })
  let print = printed(null)
  try {
    const parsed = parseCommandLine(words)
    const { name, command, flags } = parsed
    print = printed(flags.has('json') ? 'json' : flags.has('table') ? 'table' : null)
    if (flags.has('help')) {
      print.text(commandHelp(name, COMMANDS))
      return EXIT.fine
    }
    if (command.kind === 'text') {
      print.text(command.text(parsed.args, COMMANDS))
      return EXIT.fine
    }
    const session = await openSession({
      parsed,
      env,
      program,
      print,
      out: terminal.out,
      input: terminal.input,
      signal,
      stop,
      ask: asker(terminal),
    })
    try {
      return await command.run(session.call)
    } finally {
      print.progress(null)
      await session.close()
    }
  } catch (error) {
    print.progress(null)
    return tell(error, print, terminal, words)
  }
}

/** `words`: of the command line, whose passwords are not said. */
function tell(error: unknown, print: Print, { signal, stop }: Terminal, words: readonly string[]): ExitCode {
  // Who reads no more has not asked for an end: what was refused is refused.
  const isItsEnd = stop.aborted || (signal.aborted && exitCodeOf(error) === EXIT.fault)
  const ended: unknown = isItsEnd ? signal.reason : error
  if (ended instanceof Ended) {
    if (ended.exitCode !== EXIT.fine) print.note(`sluice: ${cliWords.ended}`)
    return ended.exitCode
  }
  const said = wordsOf(error)
  print.note(`sluice: ${error instanceof UsageError ? hidePasswords(said, words) : said}`, 'bad')
  const reply = replyOf(error)
  if (reply !== null) print.note(`  ${reply}`)
  return exitCodeOf(error)
}

/** Asks on standard error: standard output may be a file. */
function asker({ input, err, stop }: Terminal): Ask {
  return async (question) => {
    const asking = createInterface({ input, output: err, terminal: true })
    // Else it would take SIGINT for itself.
    asking.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    const ends = new Promise<null>((resolve) => asking.once('close', () => resolve(null)))
    try {
      return await Promise.race([asking.question(visible(question), { signal: stop }), ends])
    } catch (error) {
      stop.throwIfAborted()
      // So Node says Ctrl+D, where it says anything.
      if (errorCode(error) === 'ABORT_ERR') return null
      throw error
    } finally {
      asking.close()
    }
  }
}
