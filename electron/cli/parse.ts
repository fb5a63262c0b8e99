import { parseArgs, type ParseArgsConfig } from 'node:util'
import { cliWords } from '../../shared/words/en/cli-words'
import { timesAreShownBy } from '../../shared/time/shown-zone'
import { takeConnectionArguments, type ConnectionArguments } from '../host/outside/connection-arguments'
import { UsageError } from '../host/usage-error'
import { partAddresses } from './address'
import { closestTo } from './closest'
import type { Command, CommandName } from './command'
import { COMMANDS } from './commands/table'
import { EVERYWHERE, FLAGS, type FlagName } from './flags'
import { isRecoveryName, RECOVERY_NAMES } from './recovery/kinds'
import { readFlags, type Flags, type Values } from './values'

export interface Parsed {
  readonly name: CommandName
  readonly command: Command
  readonly args: readonly string[]
  readonly flags: Flags
  /** What is said of the connection, not read yet. */
  readonly arguments: ConnectionArguments
  readonly addresses: readonly string[]
}

/** Those before `--`: what comes behind it is a name, whatever it looks like. */
function beforeNames(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--')
  return end < 0 ? words : words.slice(0, end)
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}

/** What a command line asks for. Throws `UsageError`, which names the option and what to write instead. */
export function parseCommandLine(words: readonly string[]): Parsed {
  const [first = 'help', ...rest] = words
  if (first !== 'plan') return parseCommand(first, rest)
  const at = rest.findIndex((word) => !word.startsWith('-'))
  const kind = rest[at] ?? ''
  if (beforeNames(rest).includes('--help')) return parseCommand('plan', ['--help'])
  if (at !== 0 || !isRecoveryName(kind)) throw new UsageError(cliWords.planWhat(RECOVERY_NAMES))
  // First: behind `--` it would be a name.
  return parseCommand(kind, ['--dry-run', ...rest.slice(1)])
}

function parseCommand(name: string, words: readonly string[]): Parsed {
  if (!isCommand(name)) throw new UsageError(cliWords.noCommand(name, closestTo(name, Object.keys(COMMANDS))))
  const command = COMMANDS[name]
  const before = beforeNames(words)
  const names = words.slice(before.length + 1)
  const named = takeConnectionArguments(before)
  const known = [...command.flags, ...EVERYWHERE]
  const { values, positionals } = parseFlags(name, known, named.rest)
  const [needed, most] = [command.args.filter(isNeeded), command.args].map(({ length }) => length - names.length)
  const parted =
    command.kind === 'text' ? { addresses: [], args: positionals } : partAddresses(positionals, needed ?? 0, most ?? 0)
  const args = [...parted.args, ...names]
  const flags = readFlags(values)
  const times = flags.has('utc') ? 'utc' : 'local'
  timesAreShownBy(() => times)
  if (!flags.has('help')) requireArgs(name, command, args)
  if (flags.has('json') && flags.has('table')) throw new UsageError(cliWords.oneOf(['json', 'table']))
  return { name, command, args, flags, arguments: named, addresses: parted.addresses }
}

function isNeeded(arg: string): boolean {
  return !arg.endsWith('?')
}

function requireArgs(name: CommandName, { args: expected }: Command, args: readonly string[]): void {
  const missing = expected.filter(isNeeded)[args.length]
  if (missing !== undefined) throw new UsageError(cliWords.missing(name, missing))
  const extra = args[expected.length]
  if (extra !== undefined) throw new UsageError(cliWords.tooMany(name, expected.length, extra))
}

function parseFlags(
  name: CommandName,
  known: readonly FlagName[],
  words: readonly string[],
): { readonly values: Values; readonly positionals: readonly string[] } {
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    known.map((flag) => {
      const { value, short } = FLAGS[flag]
      // Several of one that takes one is a mistake, which is told.
      return [
        flag,
        { type: value === undefined ? 'boolean' : 'string', multiple: true, ...(short === undefined ? {} : { short }) },
      ]
    }),
  )
  try {
    return parseArgs({ args: [...words], options, strict: true, allowPositionals: true })
  } catch (error) {
    throw new UsageError(whyNot(error, name, known))
  }
}

/** Node's own words quote the option, and add advice for programmers. */
function whyNot(error: unknown, name: CommandName, known: readonly FlagName[]): string {
  const text = error instanceof Error ? error.message : ''
  const flag = /'(-[^' ]*)/.exec(text)?.[1] ?? ''
  if (!(error instanceof Error) || !('code' in error)) return text
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = closestTo(flag.replace(/^-+/, ''), known)
    return cliWords.noFlag(name, flag, near === null ? null : `--${near}`)
  }
  const long = /--([a-z-]+)/.exec(text)?.[1] ?? ''
  const takes = Object.hasOwn(FLAGS, long) ? FLAGS[long as FlagName] : null
  if (takes === null) return text.split('. ')[0] ?? text
  return takes.value === undefined ? cliWords.takesNoValue(`--${long}`) : cliWords.takesValue(`--${long}`, takes.value)
}
