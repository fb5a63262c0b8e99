import { cliWords } from '../../../shared/words/en/cli-words'
import { UsageError } from '../../host/usage-error'
import type { TextCommand } from '../command'
import { completionFor, SHELLS, type Shell } from '../completion'

/** `sluice completion SHELL` */
export const completion: TextCommand = {
  kind: 'text',
  args: ['SHELL'],
  flags: [],
  text([shell = ''], commands) {
    const known: readonly string[] = SHELLS
    if (!known.includes(shell)) throw new UsageError(cliWords.badShell(SHELLS, shell))
    return completionFor(shell as Shell, commands)
  },
}
