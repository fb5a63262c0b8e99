import type { Connection } from '../../../shared/model/connection'
import type { Rule, RuleNow, RulesNow } from '../../../shared/model/rule'
import { ruleCliWords } from '../../../shared/words/en/rule-cli-words'
import { UsageError } from '../../host/usage-error'
import type { Api, Call } from '../call'

/** All rules as they are now. */
async function readRules(api: Api): Promise<RulesNow> {
  for await (const now of await api.rule.watch()) return now
  throw new Error('the rules were never told')
}

/** The rules of the connection that is named, or all, each with the name of its connection; null: it is no more. */
export async function ownRules({
  api,
  named,
}: Call): Promise<readonly { readonly rule: RuleNow; readonly connection: string | null }[]> {
  const only = await named()
  const connections = await api.connection.list()
  const { rules } = await readRules(api)
  return rules.filter(isOf(only)).map((rule) => ({ rule, connection: connectionName(connections, rule) }))
}

/** Whether a rule is one of this connection; null: of any. */
export function isOf(only: Connection | null): (rule: Rule) => boolean {
  return ({ connectionId }) => only === null || connectionId === only.id
}

/** Null: it is no more. */
export function connectionName(connections: readonly Connection[], { connectionId }: Rule): string | null {
  return connections.find(({ id }) => id === connectionId)?.name ?? null
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
