import type { cliHelpWords } from '../../shared/words/en/cli-help-words'
import type { Call } from './call'
import type { ExitCode } from './exit-code'
import type { FlagName } from './flags'

export type CommandName = keyof (typeof cliHelpWords)['commands']

/** All commands there are. */
export type Commands = Readonly<Record<CommandName, Command>>

interface Written {
  /** Names of its arguments, in order; one that may be left out ends in `?`. */
  readonly args: readonly string[]
  /** Beside those of every command. */
  readonly flags: readonly FlagName[]
}
interface HostNeeds {
  /** It goes on by itself as that of a window does: looks at all streams, runs rules, tells alerts. */
  readonly stays: boolean
  /** It opens connections that were saved though none is named. */
  readonly opensSaved: boolean
  /** No connection goes without saying, as that to this machine does. */
  readonly onlyNamed?: true
}
/** One that asks the host for something. */
export interface HostCommand extends Written {
  readonly kind: 'host'
  /** Looks at its arguments before a host is opened, and says what that is to be. Throws `UsageError`. */
  check?(args: readonly string[]): HostNeeds
  run(call: Call): Promise<ExitCode>
}
/** One that gives a text of ours. Throws `UsageError`. */
export interface TextCommand extends Written {
  readonly kind: 'text'
  text(args: readonly string[], commands: Commands): string
}

/** One command: all that is known of it, from which parsing, help, manual page and completions are made. */
export type Command = HostCommand | TextCommand
