import { pino, destination, type Logger } from 'pino'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

export interface LoggerOptions {
  /** A file to append to, or a file descriptor (2: stderr). */
  readonly to: string | 2
  readonly env?: NodeJS.ProcessEnv
}

/**
 * One line of JSON per event: warnings and worse, or what `SLUICE_LOG` says. Secrets are kept out by not handing them
 * over; the redaction below only catches slips.
 */
export function createLogger({ to, env = process.env }: LoggerOptions): Logger {
  const asked = env.SLUICE_LOG ?? ''
  return pino(
    {
      base: null,
      level: LEVELS.includes(asked) ? asked : 'warn',
      redact: ['password', '*.password', 'token', '*.token', 'headers.cookie', '*.headers.cookie'],
    },
    destination({ dest: to, mkdir: true, append: true, sync: true, mode: 0o600 }),
  )
}
