import { ruleCliWords } from '../../../shared/words/en/rule-cli-words'
import { UsageError } from '../../host/usage-error'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'
import { hostRules } from '../rules/host'
import { listRules } from '../rules/list'
import { reportRules } from '../rules/report'
import { turnOff, turnOn } from '../rules/turn'

/** What `sluice rules` takes first; nothing: `list`. */
export const RULE_WORDS = ['list', 'report', 'run', 'on', 'off'] as const
type RuleWord = (typeof RULE_WORDS)[number]

function wordOf(typed: string): RuleWord {
  const found = RULE_WORDS.find((word) => word === (typed === '' ? 'list' : typed))
  if (found === undefined) throw new UsageError(ruleCliWords.noSuchWord(RULE_WORDS, typed))
  return found
}

/** `sluice rules` */
export const rules: HostCommand = {
  kind: 'host',
  args: ['WHAT?', 'RULE?'],
  flags: ['since', 'dry-run', 'yes', 'confirm'],
  check([typed = '', rule]) {
    const word = wordOf(typed)
    const takesRule = word === 'on' || word === 'off'
    if (takesRule && rule === undefined) throw new UsageError(ruleCliWords.whichRule(word))
    if (!takesRule && rule !== undefined) throw new UsageError(ruleCliWords.noRule(word, rule))
    return { stays: word === 'run', opensSaved: word === 'run' || word === 'on' }
  },
  async run(call) {
    switch (wordOf(call.word(0))) {
      case 'list':
        await listRules(call)
        return EXIT.fine
      case 'report':
        await reportRules(call)
        return EXIT.fine
      case 'run':
        return hostRules(call)
      case 'on':
        return turnOn(call, call.word(1))
      case 'off':
        return turnOff(call, call.word(1))
    }
  },
}
