import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import { z } from 'zod'
import { ruleFields, ruleRun, ruleTurn, type Rule, type RuleTurn } from '../../../shared/model/rule'
import { ruleStop } from '../../../shared/model/rule-stop'
import { serverIdentity } from '../journal/identity'
import { openListFile } from '../lib/list-file'

/** What a dry run was of: exactly this text, on these servers. `stops`: what it found would turn the rule off. */
const proof = z.object({
  digest: z.string(),
  atMs: z.number(),
  servers: z.array(serverIdentity).readonly(),
  stops: ruleStop.nullable(),
})

/** How a rule fares. */
export const ruleState = z.object({
  ruleId: z.string(),
  /** The text that it was turned on with, and since when; a rule of another text is off. Null: it is off. */
  on: z
    .object({
      digest: z.string(),
      atMs: z.number(),
      servers: z.array(serverIdentity).readonly(),
      /** Its pattern was typed, as production asks for. */
      isTyped: z.boolean(),
    })
    .nullable(),
  proof: proof.nullable(),
  /** The process that runs it now, unless that ended without a word: until then nobody else does. */
  lease: z.object({ by: z.string(), untilMs: z.number() }).nullable(),
  lastMs: z.number().nullable(),
  /** Entries that it took on a day, or may have taken. */
  done: z.object({ day: z.string(), count: z.int() }),
  /** Runs that failed, one after the other. */
  failures: z.int(),
  stopped: z.object({ atMs: z.number(), why: ruleStop }).nullable(),
  runs: z.array(ruleRun).readonly(),
  /** The latest first. */
  turns: z.array(ruleTurn).readonly().default([]),
})
export type RuleState = z.infer<typeof ruleState>

const NEW: Omit<RuleState, 'ruleId'> = {
  ...{ on: null, proof: null, lease: null, lastMs: null, done: { day: '', count: 0 } },
  ...{ failures: 0, stopped: null, runs: [], turns: [] },
}

/** In `rule-states.json`, of all processes on the data directory. */
export interface RuleStates {
  of(ruleId: string): RuleState
  /** What `change` makes of it, with no other process in between; null leaves it. Gives what it is then. Throws STORAGE. */
  update(ruleId: string, change: (state: RuleState) => Partial<RuleState> | null): Promise<RuleState>
  remove(ruleId: string): Promise<void>
  onChange(listener: () => void): void
  close(): void
}

export async function openRuleStates(options: { readonly dataDir: string; readonly log: Logger }): Promise<RuleStates> {
  const file = await openListFile(ruleState, 'states', { ...options, name: 'rule-states' })
  const find = (all: readonly RuleState[], ruleId: string): RuleState =>
    all.find((one) => one.ruleId === ruleId) ?? { ...NEW, ruleId }
  return {
    of: (ruleId) => find(file.all(), ruleId),
    async update(ruleId, change) {
      let next: RuleState = { ...NEW, ruleId }
      await file.update((all) => {
        const before = find(all, ruleId)
        const changed = change(before)
        next = changed === null ? before : { ...before, ...changed }
        return changed === null ? all : [...all.filter((one) => one.ruleId !== ruleId), next]
      })
      return next
    },
    remove: (ruleId) =>
      file.update((all) =>
        all.some((one) => one.ruleId === ruleId) ? all.filter((one) => one.ruleId !== ruleId) : all,
      ),
    onChange: file.onChange,
    close: file.close,
  }
}

const MOST_TURNS = 20

/** Its turns with one more. */
export function withTurn({ turns }: Pick<RuleState, 'turns'>, turn: RuleTurn): Pick<RuleState, 'turns'> {
  return { turns: [turn, ...turns].slice(0, MOST_TURNS) }
}

/** Of all that a rule says. */
export function digestOf(rule: Rule): string {
  return createHash('sha256')
    .update(JSON.stringify(ruleFields.parse(rule)))
    .digest('hex')
}

/** Whether it was turned on with the text that it has now. */
export function isOn(rule: Rule, { on }: RuleState): boolean {
  return on !== null && on.digest === digestOf(rule)
}
