import { cliHelpWords } from '../../shared/words/en/cli-help-words'
import type { CommandName, Commands } from './command'
import { EVERYWHERE, FLAGS, type FlagName } from './flags'

const WIDTH = 100
const INDENT = '  '

/** All commands, and what holds for each. */
export function allHelp(): string {
  const names = Object.keys(cliHelpWords.commands) as CommandName[]
  return joined([
    [`${cliHelpWords.usage}: ${cliHelpWords.usageLine}`, '', ...wrapped(cliHelpWords.intro)],
    titled(cliHelpWords.commandsTitle, inColumns(names.map((name) => [name, cliHelpWords.commands[name].about]))),
    everywhere(),
    titled(cliHelpWords.environmentTitle, inColumns(cliHelpWords.environment)),
    [...wrapped(cliHelpWords.output), ...wrapped(cliHelpWords.signals)],
    titled(cliHelpWords.exitTitle, inColumns(cliHelpWords.exitCodes.map(([code, means]) => [String(code), means]))),
    wrapped(cliHelpWords.moreHelp),
  ])
}

/** How one command is used. */
export function commandHelp(name: CommandName, commands: Commands): string {
  const { flags, kind } = commands[name]
  const { about, more, examples } = cliHelpWords.commands[name]
  const lines: readonly (readonly [string, string])[] = examples.map(([line, does]) => [`sluice ${line}`, does])
  return joined([
    [`${cliHelpWords.usage}: ${usageOf(name, commands)}`, '', ...wrapped(about)],
    ...more.map((text) => wrapped(text)),
    flags.length === 0 ? [] : titled(cliHelpWords.optionsTitle, inColumns(flags.map(flagLine))),
    kind === 'text' ? [] : everywhere(),
    titled(
      cliHelpWords.examplesTitle,
      lines.flatMap(([line, does]) => [`${INDENT}${line}`, ...(does === '' ? [] : [`${INDENT}${INDENT}${does}`])]),
    ),
  ])
}

/** `sluice claim STREAM GROUP [OPTIONS] [CONNECTION]` */
export function usageOf(name: CommandName, commands: Commands): string {
  const { args, kind } = commands[name]
  const shown = args.map((arg) => (arg.endsWith('?') ? `[${arg.slice(0, -1)}]` : arg))
  return ['sluice', name, ...shown, ...(kind === 'text' ? [] : ['[OPTIONS]', '[CONNECTION]'])].join(' ')
}

/** `-o, --out FILE` and what it does. */
export function flagLine(name: FlagName): readonly [string, string] {
  const { short, value } = FLAGS[name]
  return [
    `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    cliHelpWords.flags[name],
  ]
}

function everywhere(): readonly string[] {
  return [
    ...titled(cliHelpWords.everywhereTitle, inColumns(EVERYWHERE.map(flagLine))),
    '',
    ...titled(
      cliHelpWords.connectionTitle,
      cliHelpWords.connection.flatMap((text) => wrapped(text, INDENT)),
    ),
  ]
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return [`${title}:`, ...lines]
}

function joined(parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function inColumns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(30, Math.max(...rows.map(([left]) => left.length)))
  const pad = ' '.repeat(width + INDENT.length * 2)
  return rows.flatMap(([left, right]) => {
    const lines = wrapped(right, pad)
    if (left.length > width) return [`${INDENT}${left}`, ...lines]
    return [`${INDENT}${left.padEnd(width)}${INDENT}${(lines[0] ?? '').trimStart()}`, ...lines.slice(1)]
  })
}

/** Broken between words, to be read in any terminal. */
function wrapped(text: string, indent = ''): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(`${indent}${line}`)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, `${indent}${line}`]
}
