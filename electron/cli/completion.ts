import { cliHelpWords } from '../../shared/words/en/cli-help-words'
import type { CommandName, Commands } from './command'
import { RULE_WORDS } from './commands/rules'
import { EVERYWHERE, FLAGS, type FlagName } from './flags'
import { RECOVERY_NAMES } from './recovery/kinds'
import { singleQuoted } from './shell-word'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** Options whose value is a file, or a directory. */
const FILES: readonly string[] = [
  '--out',
  '-o',
  '--data-dir',
  '--pass-file',
  '--passphrase-file',
  '--cacert',
  '--cert',
  '--key',
]

/** A script that completes commands, options and their choices. No server is asked while one types. */
export function completionFor(shell: Shell, commands: Commands): string {
  return { bash, zsh, fish }[shell](commands)
}

function namesOf(commands: Commands): readonly CommandName[] {
  return Object.keys(commands) as CommandName[]
}

function flagsOf(name: CommandName, commands: Commands): readonly FlagName[] {
  return commands[name].kind === 'text' ? ['help'] : [...commands[name].flags, ...EVERYWHERE]
}

/** What comes behind a command by itself. */
function wordsOf(name: CommandName, commands: Commands): readonly string[] {
  if (name === 'completion') return SHELLS
  if (name === 'help') return namesOf(commands)
  if (name === 'rules') return RULE_WORDS
  return name === 'plan' ? RECOVERY_NAMES : []
}

function choices(): readonly (readonly [FlagName, readonly string[]])[] {
  const all = Object.keys(FLAGS) as FlagName[]
  return all.flatMap((name) => (FLAGS[name].choices === undefined ? [] : [[name, FLAGS[name].choices] as const]))
}

/** https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html */
function bash(commands: Commands): string {
  const names = namesOf(commands)
  const cases = names.map((name) => {
    const flags = flagsOf(name, commands).map((flag) => `--${flag}`)
    return `    ${name}) words=${singleQuoted([...wordsOf(name, commands), ...flags].join(' '))} ;;`
  })
  const values = choices().map(([flag, some]) => `    --${flag}) words=${singleQuoted(some.join(' '))} ;;`)
  return `_sluice() {
  local cur prev words
  cur=\${COMP_WORDS[COMP_CWORD]}
  prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case $prev in
    ${FILES.join('|')}) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
${values.join('\n')}
  esac
  if [ -z "$words" ]; then
    if [ "$COMP_CWORD" -eq 1 ]; then words=${singleQuoted([...names, 'user', 'token'].join(' '))}
    else case \${COMP_WORDS[1]} in
    run) compopt -o filenames 2>/dev/null; [ "\${cur#-}" = "$cur" ] && COMPREPLY=($(compgen -f -- "$cur")) && return; words=${singleQuoted(
      flagsOf('run', commands)
        .map((flag) => `--${flag}`)
        .join(' '),
    )} ;;
${cases.filter((line) => !line.startsWith('    run)')).join('\n')}
    esac
    fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _sluice sluice
`
}

/** https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
function zsh(commands: Commands): string {
  const names = namesOf(commands)
  const described = names.map((name) => `    ${singleQuoted(`${name}:${colons(cliHelpWords.commands[name].about)}`)}`)
  const cases = names.map((name) => {
    const specs = flagsOf(name, commands).map(zshFlag)
    const words = wordsOf(name, commands)
    const first =
      name === 'run' ? ["'2:plan:_files'"] : words.length > 0 ? [singleQuoted(`2:word:(${words.join(' ')})`)] : []
    return `    ${name}) _arguments ${[...first, ...specs, "'*:name:'"].join(' ')} ;;`
  })
  return `#compdef sluice
_sluice() {
  local commands
  commands=(
${described.join('\n')}
  )
  local state line
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case $words[2] in
${cases.join('\n')}
  esac
}
_sluice "$@"
`
}

function zshFlag(name: FlagName): string {
  const { value, many, choices: some } = FLAGS[name]
  const about = `[${cliHelpWords.flags[name].replace(/[[\]:\\]/g, '\\$&')}]`
  const takes =
    value === undefined ? '' : `:${value}:${some ? `(${some.join(' ')})` : FILES.includes(`--${name}`) ? '_files' : ''}`
  return singleQuoted(`${many === true ? '*' : ''}--${name}${about}${takes}`)
}

/** https://fishshell.com/docs/current/completions.html */
function fish(commands: Commands): string {
  const names = namesOf(commands)
  const lines = names.map((name) => {
    return `complete -c sluice -n __fish_use_subcommand -a ${name} -d ${fishQuoted(cliHelpWords.commands[name].about)}`
  })
  const rest = names.flatMap((name) => {
    const within = `complete -c sluice -n ${fishQuoted(`__fish_seen_subcommand_from ${name}`)}`
    const words = wordsOf(name, commands)
    return [
      ...(words.length > 0 ? [`${within} -a ${fishQuoted(words.join(' '))}`] : []),
      ...(name === 'run' ? [`${within} -F`] : []),
      ...flagsOf(name, commands).map((flag) => `${within} ${fishFlag(flag)}`),
    ]
  })
  return `${['complete -c sluice -f', ...lines, ...rest].join('\n')}\n`
}

function fishFlag(name: FlagName): string {
  const { value, short, choices: some } = FLAGS[name]
  return [
    `-l ${name}`,
    ...(short === undefined ? [] : [`-s ${short}`]),
    ...(value === undefined
      ? []
      : some
        ? ['-x', `-a ${fishQuoted(some.join(' '))}`]
        : [FILES.includes(`--${name}`) ? '-rF' : '-x']),
    `-d ${fishQuoted(cliHelpWords.flags[name])}`,
  ].join(' ')
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function colons(text: string): string {
  return text.replaceAll(':', '\\:')
}
