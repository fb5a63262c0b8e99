import { cliHelpWords } from '../../shared/words/en/cli-help-words'
import type { CommandName, Commands } from './command'
import { EVERYWHERE } from './flags'
import { flagLine, usageOf } from './help'

/** The manual page in roff's man macros (https://man7.org/linux/man-pages/man7/man.7.html), of the same table as the help. */
export function manPage(commands: Commands): string {
  const names = Object.keys(commands) as CommandName[]
  return `${[
    '.TH SLUICE 1',
    '.SH NAME',
    escaped(cliHelpWords.manName).replace(' - ', ' \\- '),
    '.SH SYNOPSIS',
    `.B ${escaped(cliHelpWords.usageLine)}`,
    '.SH DESCRIPTION',
    ...paragraphs([cliHelpWords.intro, cliHelpWords.output, cliHelpWords.signals]),
    '.SH COMMANDS',
    ...names.flatMap((name) => commandSection(name, commands)),
    '.SH OPTIONS',
    ...items(EVERYWHERE.map(flagLine)),
    '.SH CONNECTION',
    ...paragraphs(cliHelpWords.connection),
    '.SH ENVIRONMENT',
    ...items(cliHelpWords.environment),
    '.SH EXIT STATUS',
    ...items(cliHelpWords.exitCodes.map(([code, means]) => [String(code), means])),
  ].join('\n')}\n`
}

function commandSection(name: CommandName, commands: Commands): readonly string[] {
  const { about, more, examples } = cliHelpWords.commands[name]
  return [
    `.SS ${escaped(usageOf(name, commands))}`,
    ...paragraphs([`${about}.`, ...more]),
    ...items(commands[name].flags.map(flagLine)),
    ...(examples as readonly (readonly [string, string])[]).flatMap(([line, does]) => [
      ...(does === '' ? [] : ['.PP', escaped(`${does}:`)]),
      '.PP',
      '.RS 4',
      '.nf',
      escaped(`sluice ${line}`),
      '.fi',
      '.RE',
    ]),
  ]
}

function paragraphs(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => ['.PP', escaped(text)])
}

function items(rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.flatMap(([term, text]) => ['.TP', `.B ${escaped(term)}`, escaped(text)])
}

/** Signs that roff takes for its own: https://man7.org/linux/man-pages/man7/groff_char.7.html */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('“', '\\(lq')
    .replaceAll('”', '\\(rq')
    .replaceAll('’', '\\(cq')
    .replaceAll('…', '...')
    .replace(/^\./, '\\&.')
}
