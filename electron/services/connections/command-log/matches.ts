import { displayBytes } from '../../../../shared/bytes'
import { loggedLine, type Marks } from '../../../../shared/logged-line'
import type { CommandFilter, CommandOutcome, LoggedPart } from '../../../../shared/model/command-log'
import type { SentCommand } from '../../../redis/command-tap'
import { isWriteCommand } from '../../../redis/commands'

const NO_MARKS: Marks = { hidden: () => '', left: () => '', start: () => '' }
const FINE: ReadonlySet<CommandOutcome['kind']> = new Set(['waiting', 'ok', 'queued'])

/** Whether a command is one of those asked for, by what is known of it by now: one that waits may come to be. */
export function createMatcher(filter: CommandFilter): (command: SentCommand) => boolean {
  const { by, writes, errors, slowerThanMs } = filter
  const text = filter.text.trim().toLowerCase()
  return (command) => {
    if (by !== null && command.by.kind !== by) return false
    if (writes && !isWriteCommand(command.command)) return false
    if (errors && FINE.has(command.outcome.kind)) return false
    if (slowerThanMs !== null && (command.ms ?? Date.now() - command.atMs) <= slowerThanMs) return false
    return text === '' || textOf(command).includes(text)
  }
}

function textOf(command: SentCommand): string {
  const { by, node, outcome } = command
  const sender = by.kind === 'page' ? by.procedure : by.kind === 'job' ? `${by.job} ${by.jobId}` : ''
  const prefix = outcome.kind === 'error' ? outcome.prefix : ''
  const line = loggedLine({ command: command.command, args: [...command.args] }, NO_MARKS)
  // As it is, too: in the line, names are escaped for redis-cli.
  const names = [command.command, ...command.args.map(nameText)].join(' ')
  return `${line} ${names} ${node} ${sender} ${prefix}`.toLowerCase()
}

function nameText(part: LoggedPart): string {
  if (typeof part === 'string') return part
  if ('base64' in part) return displayBytes(part)
  return 'start' in part ? nameText(part.start) : ''
}
