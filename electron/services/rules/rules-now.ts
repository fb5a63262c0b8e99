import { dayOf, waitsFor } from '../../../shared/judgement/rules/due'
import type { ConnectionStatus } from '../../../shared/model/connection'
import type { Rule, RulePhase, RulesNow } from '../../../shared/model/rule'
import { digestOf, isOn, type RuleState } from './rule-states'

export interface RuleFacts {
  readonly zone: string
  readonly nowMs: number
  of(id: string): RuleState
  isRunning(id: string): boolean
  stateOf(connectionId: string): ConnectionStatus['state']
  isReadOnly(rule: Rule): boolean
}

/** All rules, and how they fare. */
export function rulesNow(rules: readonly Rule[], facts: RuleFacts): RulesNow {
  const { zone, nowMs } = facts
  const day = dayOf(nowMs, zone)
  return {
    zone,
    rules: rules.map((rule) => {
      const { stopped, proof, done, runs, turns } = facts.of(rule.id)
      const isProven = proof !== null && proof.stops === null && proof.digest === digestOf(rule)
      return {
        ...rule,
        phase: phaseOf(rule, facts),
        ...{
          stopped,
          runs,
          turns,
          provenAtMs: isProven ? proof.atMs : null,
          doneToday: done.day === day ? done.count : 0,
        },
      }
    }),
  }
}

function phaseOf(rule: Rule, facts: RuleFacts): RulePhase {
  if (!isOn(rule, facts.of(rule.id))) return 'off'
  if (facts.isRunning(rule.id)) return 'running'
  const waits = waitsFor(rule, facts.nowMs, facts.zone)
  if (waits !== null) return waits
  if (facts.stateOf(rule.connectionId) !== 'open') return 'closed'
  return facts.isReadOnly(rule) ? 'read-only' : 'on'
}
