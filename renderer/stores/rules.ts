import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DryRun, Rule, RuleFields } from '../../shared/model/rule'
import { api } from '../api/client'
import type { RuleForm } from '../utils/rule-form'
import { createTold } from './told'

/** The host's rules, and how they fare, of all connections. */
export const useRules = defineStore('rules', () => {
  const { now, error, follow } = createTold((signal) => api().rule.watch(undefined, { signal }))
  /** What a rule is to be made of, left by whoever opens the view for that; the view takes it away. */
  const wish = shallowRef<RuleForm | null>(null)
  const of = ({ connectionId, id }: Rule) => ({ connectionId, id })
  const add = (fields: RuleFields): Promise<Rule> => api().rule.add(fields)
  const change = (rule: Rule): Promise<Rule> => api().rule.change(rule)
  const remove = (id: string): Promise<void> => api().rule.remove({ id })
  const dryRun = (rule: Rule): Promise<DryRun> => api().rule.dryRun(of(rule))
  /** `typed`: the pattern, where production asks for it. */
  const enable = async (rule: Rule, typed: string | null): Promise<true> => {
    await api().rule.enable({ ...of(rule), ...(typed === null ? {} : { typed }) })
    return true
  }
  const disable = (id: string): Promise<void> => api().rule.disable({ id })

  return { now, error, wish, follow, add, change, remove, dryRun, enable, disable }
})
