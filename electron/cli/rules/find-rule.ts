import type { RuleNow, RulesNow } from '../../../shared/model/rule'
import { ruleCliWords } from '../../../shared/words/en/rule-cli-words'
import { UsageError } from '../../host/usage-error'
import type { Api } from '../call'

/** All rules as they are now. */
export async function readRules(api: Api): Promise<RulesNow> {
  for await (const now of await api.rule.watch()) return now
  throw new Error('the rules were never told')
}

/** The rule of this id or, where there is none, of this name. Throws `UsageError` for none, or several. */
export async function findRule(api: Api, named: string): Promise<RuleNow> {
  const { rules } = await readRules(api)
  const byId = rules.filter(({ id }) => id === named)
  const [found, another] = byId.length > 0 ? byId : rules.filter(({ name }) => name === named)
  if (another !== undefined) throw new UsageError(ruleCliWords.ruleTwice(named))
  if (found !== undefined) return found
  throw new UsageError(ruleCliWords.noSuchRule(named, rules.map(({ name }) => name).join(', ')))
}
