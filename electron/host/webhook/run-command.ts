import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process'
import type { Writable } from 'node:stream'
import { message } from '../../../shared/words/messages'
import type { AlertCommands, CommandReply } from '../../services/alerts/send'
import { errorCode } from '../outside/bounded-file'

const LIMIT_MS = 60_000
/** The host's own may hold passwords and passphrases. */
const KEPT = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot', 'PATHEXT', 'TEMP']

/**
 * Programs of the owner's file, by name. Each is run as it stands, by no shell, with what is told as JSON on its standard input and few
 * variables of the environment; ended, with all that it began, after a minute. What it prints is nobody's.
 */
export function createAlertCommands(
  commands: Readonly<Record<string, readonly string[]>>,
  { limitMs = LIMIT_MS }: { readonly limitMs?: number } = {},
): AlertCommands {
  const env = Object.fromEntries(KEPT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
  return {
    names: Object.keys(commands),
    run(name, input, signal) {
      const child = begin(commands[name] ?? [], env)
      if ('kind' in child) return Promise.resolve(child)
      return new Promise<CommandReply>((resolve) => {
        let why: CommandReply | null = null
        const end = (reason: CommandReply): void => {
          why ??= reason
          endAll(child)
        }
        const late = setTimeout(
          () => end({ kind: 'failed', why: message('alert.command-late', { ms: limitMs }) }),
          limitMs,
        )
        const closed = (): void => end({ kind: 'failed', why: message('alert.closed') })
        const done = (reply: CommandReply): void => {
          clearTimeout(late)
          signal.removeEventListener('abort', closed)
          resolve(why ?? reply)
        }
        signal.addEventListener('abort', closed)
        if (signal.aborted) closed()
        child.once('error', (error) =>
          done({ kind: 'failed', why: message('alert.command-not-run', { code: errorCode(error) }) }),
        )
        child.once('close', (code, by) =>
          done(
            by === null
              ? { kind: 'ended', code: code ?? 0 }
              : { kind: 'failed', why: message('alert.command-ended', { by }) },
          ),
        )
        // One that reads nothing is no fault.
        child.stdin.on('error', () => undefined)
        child.stdin.end(input)
      })
    },
  }
}

type Running = ChildProcessByStdio<Writable, null, null>

/** What can't be run at all, as with a NUL in its name, is refused at once. */
function begin([file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Running | CommandReply {
  try {
    return spawn(file, args, { env, stdio: ['pipe', 'ignore', 'ignore'], detached: true, windowsHide: true })
  } catch (error) {
    return { kind: 'failed', why: message('alert.command-not-run', { code: errorCode(error) }) }
  }
}

/** With what it began itself, where the system has groups of processes. */
function endAll(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It has ended.
  }
}
