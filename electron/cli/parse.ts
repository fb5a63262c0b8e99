import { parseArgs, type ParseArgsConfig } from 'node:util'
import { cliWords } from '../../shared/words/en/cli-words'
import { takeConnectionArguments, type ConnectionArguments } from '../host/outside/connection-arguments'
import { UsageError } from '../host/usage-error'
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

/** Schemes of addresses, and `host:port`. A name that looks so is written behind `--`. */
const ADDRESS = /^(?:rediss?(?:[+-][a-z]+)*|unix|valkeys?):\/\/|^unix:\/|^(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}

/** What a command line asks for. Throws `UsageError`, which names the option and what to write instead. */
export function parseCommandLine(words: readonly string[]): Parsed {
  const [first = 'help', ...rest] = words
  if (first !== 'plan') return parseCommand(first, rest)
  const at = rest.findIndex((word) => !word.startsWith('-'))
  const kind = rest[at] ?? ''
  if (rest.includes('--help')) return parseCommand('plan', ['--help'])
  if (at !== 0 || !isRecoveryName(kind)) throw new UsageError(cliWords.planWhat(RECOVERY_NAMES))
  return parseCommand(kind, [...rest.slice(1), '--dry-run'])
}

function parseCommand(name: string, words: readonly string[]): Parsed {
  if (!isCommand(name)) throw new UsageError(cliWords.noCommand(name, closestTo(name, Object.keys(COMMANDS))))
  const command = COMMANDS[name]
  const end = words.indexOf('--')
  const [before, names] = end < 0 ? [words, []] : [words.slice(0, end), words.slice(end + 1)]
  const named = takeConnectionArguments(before)
  const known = [...command.flags, ...EVERYWHERE]
  const { values, positionals } = parseFlags(name, known, named.rest)
  const addresses = command.kind === 'text' ? [] : positionals.filter((word) => ADDRESS.test(word))
  const args = [...positionals.filter((word) => !addresses.includes(word)), ...names]
  const flags = readFlags(values)
  if (!flags.has('help')) requireArgs(name, command, args)
  if (flags.has('json') && flags.has('table')) throw new UsageError(cliWords.oneOf(['json', 'table']))
  return { name, command, args, flags, arguments: named, addresses }
}

function requireArgs(name: CommandName, { args: expected }: Command, args: readonly string[]): void {
  const needed = expected.filter((each) => !each.endsWith('?'))
  const missing = needed[args.length]
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
