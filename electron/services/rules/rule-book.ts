import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { AppError } from '../../../shared/error'
import { ruleFault, type RuleFault } from '../../../shared/judgement/rules/rule-fault'
import type { Message } from '../../../shared/model/message'
import { rule, type Rule, type RuleFields } from '../../../shared/model/rule'
import { message } from '../../../shared/words/messages'
import { openListFile } from '../lib/list-file'

const MOST_RULES = 100

const FAULTS: Readonly<Record<RuleFault['code'], { readonly problem: Message; readonly remedy: Message }>> = {
  over: { problem: message('rule.over'), remedy: message('rule.over-remedy') },
  'day-below-run': { problem: message('rule.day-below-run'), remedy: message('rule.day-below-run-remedy') },
  'deliveries-needed': { problem: message('rule.deliveries-needed'), remedy: message('rule.deliveries-needed-remedy') },
}

/** The rules that people made, in `rules.json`: what they say, not whether they are on. */
export interface RuleBook {
  all(): readonly Rule[]
  /** Throws NOT_FOUND. */
  get(id: string): Rule
  /** Throws BAD_INPUT where it can't be a rule or there are too many, and STORAGE. */
  add(fields: RuleFields): Promise<Rule>
  /** Throws BAD_INPUT, NOT_FOUND where there is none of its id, and STORAGE. */
  change(rule: Rule): Promise<void>
  remove(id: string): Promise<void>
  onChange(listener: () => void): void
  close(): void
}

export async function openRuleBook(options: {
  readonly dataDir: string
  readonly log: Logger
  readonly now: () => number
}): Promise<RuleBook> {
  const file = await openListFile(rule, 'rules', { ...options, name: 'rules' })
  const require = (fields: RuleFields): void => {
    const fault = ruleFault(fields, options.now())
    if (fault === null) return
    throw new AppError('BAD_INPUT', { field: fault.field, ...FAULTS[fault.code] })
  }
  return {
    all: file.all,
    get(id) {
      const found = file.all().find((one) => one.id === id)
      if (found === undefined) throw new AppError('NOT_FOUND', { what: 'rule', name: id })
      return found
    },
    async add(fields) {
      require(fields)
      const added = { ...fields, id: randomUUID() }
      await file.update((all) => {
        if (all.length < MOST_RULES) return [...all, added]
        const problem = message('rule.too-many', { most: MOST_RULES })
        throw new AppError('BAD_INPUT', { field: 'name', problem, remedy: message('rule.delete-one') })
      })
      return added
    },
    async change(changed) {
      require(changed)
      await file.update((all) => {
        if (all.some(({ id }) => id === changed.id)) return all.map((one) => (one.id === changed.id ? changed : one))
        throw new AppError('NOT_FOUND', { what: 'rule', name: changed.name })
      })
    },
    remove: (id) => file.update((all) => (all.some((one) => one.id === id) ? all.filter((one) => one.id !== id) : all)),
    onChange: file.onChange,
    close: file.close,
  }
}
