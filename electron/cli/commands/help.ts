import { cliWords } from '../../../shared/words/en/cli-words'
import { UsageError } from '../../host/usage-error'
import { closestTo } from '../closest'
import type { CommandName, TextCommand } from '../command'
import { allHelp, commandHelp } from '../help'

/** `sluice help [COMMAND]` */
export const help: TextCommand = {
  kind: 'text',
  args: ['COMMAND?'],
  flags: [],
  text([name], commands) {
    if (name === undefined) return allHelp()
    if (Object.hasOwn(commands, name)) return commandHelp(name as CommandName, commands)
    throw new UsageError(cliWords.noCommand(name, closestTo(name, Object.keys(commands))))
  },
}
