import { displayName } from '../../../shared/format/display-name'
import { isWaiting } from '../../../shared/judgement/rules/due'
import { isKnownForGood } from '../../../shared/judgement/rules/known-for-good'
import type { Connection } from '../../../shared/model/connection'
import type { DryRun, RuleNow } from '../../../shared/model/rule'
import { cliWords } from '../../../shared/words/en/cli-words'
import { errorText } from '../../../shared/words/errors'
import { planWords } from '../../../shared/words/en/plan-words'
import { ruleCliWords } from '../../../shared/words/en/rule-cli-words'
import { ruleWords } from '../../../shared/words/en/rule-words'
import { dryRunText } from '../../../shared/words/rule-text'
import type { Call } from '../call'
import { EXIT, Refused, type ExitCode } from '../exit-code'
import { askConsent } from '../recovery/consent'
import type { Print } from '../print/print'
import { findRule } from './find-rule'

/** `sluice rules on RULE`: tries it as it is now, shows what it would do, asks, turns it on. */
export async function turnOn(call: Call, named: string): Promise<ExitCode> {
  const { api, flags, print, stop } = call
  const rule = await findRule(api, named)
  if (rule.phase !== 'off' && !flags.has('dry-run')) {
    print.note(ruleCliWords.isOnAlready(rule.name))
    return EXIT.fine
  }
  const connection = await connectionOf(call, rule)
  const { connectionId, id, name } = rule
  const found = await api.rule.dryRun({ connectionId, id }, { signal: stop })
  show(print, rule, connection, found)
  if (flags.has('dry-run')) {
    print.note(cliWords.dryRun)
    return EXIT.fine
  }
  if (found.stops !== null) throw new Refused(ruleWords.wouldStop)
  if (found.error !== null && !isWaiting(found.error))
    throw new Refused(ruleCliWords.notTriedWell(errorText(found.error)))
  const isProduction = connection.environment === 'prod'
  const consent = await askConsent(call, {
    name: isProduction ? rule.stream : null,
    ...(isProduction ? { why: ruleCliWords.isProduction(connection.name) } : {}),
    doubts: [],
    what: ruleWords.turnOn,
  })
  if (consent === null) {
    print.note(cliWords.nothingToDo)
    return EXIT.refused
  }
  stop.throwIfAborted()
  await api.rule.enable({ connectionId, id, ...(isProduction ? { typed: rule.stream } : {}) })
  print.note(`${ruleWords.turnedOn(name)}. ${ruleCliWords.whoRuns}`, 'good')
  return EXIT.fine
}

/** `sluice rules off RULE`: a run ends between two batches, whichever process is at it. */
export async function turnOff({ api, print }: Call, named: string): Promise<ExitCode> {
  const { id, name, phase } = await findRule(api, named)
  await api.rule.disable({ id })
  print.note(phase === 'off' ? ruleCliWords.isOffAlready(name) : ruleWords.off(name))
  return EXIT.fine
}

/** The one of the rule, opened. One that is named has to be it. Throws `Refused`. */
async function connectionOf(call: Call, { connectionId, name }: RuleNow): Promise<Connection> {
  const named = await call.named()
  if (named !== null && named.id !== connectionId) throw new Refused(ruleCliWords.otherConnection(name, named.name))
  const found = named ?? (await call.find(connectionId))
  if (found === null) throw new Refused(ruleCliWords.noConnection(name))
  return call.open(found)
}

function show(print: Print, rule: RuleNow, { name: connection }: Connection, found: DryRun): void {
  const [total = '', ...others] = dryRunText(found)
  if (!print.isTable) {
    print.json({ what: 'dry-run', rule: rule.name, ruleId: rule.id, connection, text: total, ...found })
    return
  }
  print.line({ text: total, tone: 'title' }, `(${cliWords.on(connection)})`)
  for (const plan of found.plans) {
    print.line(`  ${displayName(plan.key)} / ${displayName(plan.group)}: ${planWords.sentence(plan)}`)
    for (const warning of planWords.warnings(plan)) print.line({ text: `  ! ${warning}`, tone: 'warn' })
  }
  for (const text of [...others, ruleWords.past]) print.line({ text: `  ${text}`, tone: 'soft' })
  if (found.stops !== null) print.line({ text: `! ${ruleWords.wouldStop}`, tone: 'bad' })
  else if (isKnownForGood(rule.action)) print.line({ text: `! ${ruleWords.forGood}`, tone: 'warn' })
  if (found.error !== null) print.line({ text: `! ${errorText(found.error)}`, tone: 'warn' })
  print.line('')
}
