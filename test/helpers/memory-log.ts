import { pino, type Logger } from 'pino'

/** A real logger whose lines stay in memory. */
export function createMemoryLog(): { readonly log: Logger; text(): string } {
  let written = ''
  const log = pino({ level: 'trace' }, { write: (line: string) => void (written += line) })
  return { log, text: () => written }
}
