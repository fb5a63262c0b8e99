import { cliArgument } from './bytes'
import type { LoggedCommand, LoggedPart } from './model/command-log'

type Part<K extends string> = Extract<LoggedPart, Readonly<Record<K, unknown>>>

/** What stands for that which is not told of a command. */
export interface Marks {
  hidden(part: Part<'hidden'>): string
  left(part: Part<'left'>): string
  /** Behind the beginning of a long name. */
  start(part: Part<'start'>): string
}

/** Whether something of it is not told, so that it is not what was sent. */
export function isPartial({ args }: Pick<LoggedCommand, 'args'>): boolean {
  return args.some((part) => typeof part === 'object' && !('base64' in part))
}

/** A command as redis-cli reads it, with marks where something is left out. */
export function loggedLine({ command, args }: Pick<LoggedCommand, 'command' | 'args'>, marks: Marks): string {
  return [command, ...args.map((part) => partText(part, marks))].filter((text) => text !== '').join(' ')
}

/**
 * The same to be copied. What is not whole can't be run by mistake: it begins with `#`, which is a comment to a shell, and no command to
 * redis-cli.
 */
export function copiedLine(command: Pick<LoggedCommand, 'command' | 'args'>, marks: Marks): string {
  const line = loggedLine(command, marks)
  return isPartial(command) ? `# ${line}` : line
}

function partText(part: LoggedPart, marks: Marks): string {
  if (typeof part === 'string' || 'base64' in part) return cliArgument(part)
  if ('hidden' in part) return marks.hidden(part)
  return 'left' in part ? marks.left(part) : `${cliArgument(part.start)}${marks.start(part)}`
}
