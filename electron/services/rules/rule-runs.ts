import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { dayOf, isDue, isFailedRun, isWaiting, leftToday, MOST_FAILED_RUNS } from '../../../shared/judgement/rules/due'
import type { Rule, RuleRun } from '../../../shared/model/rule'
import type { RuleStop } from '../../../shared/model/rule-stop'
import type { Journal } from '../journal/journal'
import { newCursor, type RuleCursor } from './plans-of-rule'
import type { RuleBook } from './rule-book'
import { isOn, withTurn, type RuleState, type RuleStates } from './rule-states'
import { runRule, type EndedRun, type RunSources } from './run-rule'
import { tryRule } from './try-rule'

/** Runs of rules by this process, one of a rule at a time. */
export interface RuleRuns {
  /** Runs it, if it is due, or `isAsked`. Null: it is off, was run lately, or is run by another process; or this one is at it, and it was asked for. */
  start(rule: Rule, isAsked: boolean): Promise<RuleRun | null>
  /** The next run begins at the first entry again. */
  forgetCursor(ruleId: string): void
  /** Ends what runs between two batches. */
  close(): Promise<void>
}

interface Options {
  readonly book: RuleBook
  readonly states: RuleStates
  readonly sources: RunSources
  readonly journal: Pick<Journal, 'record'>
  readonly now: () => number
  readonly zone: string
  /** How long a process that ended without a word keeps others from its rule. */
  readonly leaseMs: number
  readonly onEnd: () => void
  readonly log: Logger
}

/** A rule that this process may run: `most` entries, and how it fared when it was taken. */
interface Taken {
  readonly most: number
  readonly state: RuleState
}

const MOST_RUNS = 20

export function createRuleRuns(options: Options): RuleRuns {
  const { book, states, sources, journal, now, zone, leaseMs, onEnd, log } = options
  const cursors = new Map<string, RuleCursor>()
  const running = new Map<string, { readonly ended: Promise<RuleRun | null>; readonly abort: AbortController }>()
  /** Those that this process has taken. */
  const taken = new Set<string>()
  const self = randomUUID()

  const holds = (rule: Rule): boolean => {
    const state = states.of(rule.id)
    return isOn(rule, state) && state.lease?.by === self
  }
  /** What takes its leave to act: turned off, changed, deleted, or run by another that held this process for dead. */
  const endWhatMayNot = (): void => {
    for (const id of taken) {
      const rule = book.all().find((one) => one.id === id)
      if (rule === undefined || !holds(rule)) running.get(id)?.abort.abort()
    }
  }
  for (const each of [book, states]) each.onChange(endWhatMayNot)

  /** Takes the rule for this process; null: it is not to be run now, or another has it. */
  async function take(rule: Rule, isAsked: boolean): Promise<Taken | null> {
    let most: number | null = null
    const state = await states.update(rule.id, (before) => {
      most = null
      const isHeld = before.lease !== null && before.lease.untilMs > now()
      if (isHeld || !isOn(rule, before) || !(isAsked || isDue(rule, before.lastMs, now()))) return null
      const day = dayOf(now(), zone)
      most = Math.min(rule.mostPerRun, leftToday(rule, before.done, day))
      // Taken from the day's budget beforehand: who is killed in the middle has used it up.
      const count = (before.done.day === day ? before.done.count : 0) + most
      return { lease: { by: self, untilMs: now() + leaseMs }, lastMs: now(), done: { day, count } }
    })
    return most === null ? null : { most, state }
  }

  async function act(rule: Rule, isAsked: boolean, abort: AbortController): Promise<RuleRun | null> {
    const got = await take(rule, isAsked)
    if (got === null) return null
    const renew = setInterval(() => {
      void states
        .update(rule.id, ({ lease }) => (lease?.by === self ? { lease: { by: self, untilMs: now() + leaseMs } } : null))
        .catch(() => abort.abort())
    }, leaseMs / 3).unref()
    taken.add(rule.id)
    endWhatMayNot()
    try {
      return await settle(rule, await runOrStop(rule, got, abort.signal), got)
    } finally {
      taken.delete(rule.id)
      clearInterval(renew)
    }
  }

  async function runOrStop(rule: Rule, { most, state }: Taken, signal: AbortSignal): Promise<EndedRun> {
    const none: RuleRun = { atMs: now(), changed: 0, failed: 0, groups: 0, recordIds: [], error: null }
    const stopped = (stop: RuleStop): EndedRun => ({ run: none, taken: 0, stop })
    if (sources.connection(rule.connectionId).environment === 'prod' && state.on?.isTyped !== true)
      return stopped('production')
    if (await wasUndone(state)) return stopped('undone')
    if (most === 0) {
      const { entries } = await tryRule(sources, rule, now())
      return entries > 0 ? stopped('day-budget') : { run: none, taken: 0, stop: null }
    }
    const cursor = cursors.get(rule.id) ?? newCursor()
    cursors.set(rule.id, cursor)
    const servers = state.on?.servers ?? []
    return runRule(sources, rule, { most, servers, cursor, nowMs: now(), signal })
  }

  /** Whoever takes back what it did does not want it done again. */
  async function wasUndone({ on, runs }: RuleState): Promise<boolean> {
    const since = runs.filter(({ atMs }) => atMs >= (on?.atMs ?? 0)).flatMap(({ recordIds }) => recordIds)
    for (const id of since.slice(0, MOST_RUNS)) {
      const undo = await journal.record(id).then(
        (record) => record.undo,
        () => null,
      )
      if (undo !== null && (undo.undoneBy !== null || undo.partly !== undefined)) return true
    }
    return false
  }

  /** Keeps what came of it, lets go of the rule, and turns it off where it must not go on. */
  async function settle(
    rule: Rule,
    { run, taken: took, stop }: EndedRun,
    { most, state: begun }: Taken,
  ): Promise<RuleRun> {
    if (!book.all().some(({ id }) => id === rule.id)) return run
    let why = stop
    await states.update(rule.id, (state) => {
      // Counts of another day are another day's.
      const done = { ...state.done, count: Math.max(0, state.done.count - (most - took)) }
      const waits = isWaiting(run.error) && run.failed === 0
      // Who turned it off meanwhile, or on anew, was quicker: what this run came to says nothing of that.
      const isSame = state.on !== null && state.on.atMs === begun.on?.atMs
      const failed = waits ? state.failures : state.failures + 1
      const failures = !isSame ? state.failures : isFailedRun(run) ? failed : 0
      why = !isSame ? null : (stop ?? (failures >= MOST_FAILED_RUNS ? 'failures' : null))
      const [latest, ...older] = state.runs
      const kept = latest !== undefined && isNoNews(run, latest) ? older : state.runs
      const runs = [run, ...kept].slice(0, MOST_RUNS)
      const off =
        why === null
          ? {}
          : {
              on: null,
              stopped: { atMs: now(), why },
              failures: 0,
              ...withTurn(state, { what: 'stopped', atMs: now(), why }),
            }
      return { lease: state.lease?.by === self ? null : state.lease, done, failures, runs, ...off }
    })
    if (why !== null) log.warn({ rule: rule.name, why }, 'a rule turned itself off')
    return run
  }

  function start(rule: Rule, isAsked: boolean): Promise<RuleRun | null> {
    const known = running.get(rule.id)
    if (known !== undefined) return isAsked ? Promise.resolve(null) : known.ended
    const abort = new AbortController()
    const ended = act(rule, isAsked, abort)
      .catch((err: unknown) => {
        log.error({ err, rule: rule.name }, 'a run of a rule failed')
        return null
      })
      .finally(() => {
        running.delete(rule.id)
        onEnd()
      })
    running.set(rule.id, { ended, abort })
    return ended
  }

  return {
    start,
    forgetCursor: (ruleId) => void cursors.delete(ruleId),
    async close() {
      for (const { abort } of running.values()) abort.abort()
      await Promise.all([...running.values()].map(({ ended }) => ended))
    },
  }
}

/** Both found nothing, or wait for the same. */
function isNoNews(run: RuleRun, before: RuleRun): boolean {
  return isEmpty(run) && isEmpty(before) && run.error?.code === before.error?.code
}

function isEmpty({ changed, failed, error }: RuleRun): boolean {
  return changed === 0 && failed === 0 && (error === null || isWaiting(error))
}
