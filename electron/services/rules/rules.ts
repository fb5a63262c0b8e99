import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { AppError } from '../../../shared/error'
import { dayOf, isDue, isFailedRun, leftToday, MOST_FAILED_RUNS, waitsFor } from '../../../shared/judgement/rules/due'
import type { ConnectionStatus } from '../../../shared/model/connection'
import type { DryRun, Rule, RuleFields, RuleRun, RulesNow, RuleStop } from '../../../shared/model/rule'
import { message } from '../../../shared/words/messages'
import { endpointName } from '../../redis/dial'
import type { Journal } from '../journal/journal'
import { createNotifier } from '../lib/notifier'
import { createMatchingStreams, type MatchingOptions } from './matching-streams'
import type { Cursors } from './plans-of-rule'
import { openRuleBook } from './rule-book'
import { digestOf, isOn, openRuleStates, type RuleState } from './rule-states'
import { rulesNow } from './rules-now'
import { runRule, type EndedRun, type RunSources } from './run-rule'
import { judgeServers, readServers } from './servers'
import { tryRule } from './try-rule'

/** Recoveries that are done again and again, as people ordered. Of several processes on a data directory one runs a rule at a time. */
export interface Rules {
  watch(signal?: AbortSignal): AsyncGenerator<RulesNow, void>
  add(fields: RuleFields): Promise<Rule>
  change(rule: Rule): Promise<Rule>
  remove(id: string): Promise<void>
  dryRun(connectionId: string, id: string): Promise<DryRun>
  /** Throws BAD_INPUT, CONFIRMATION_NEEDED. */
  enable(connectionId: string, id: string, typed: string | undefined): Promise<void>
  disable(id: string): Promise<void>
  /** One run of a rule that is on, due or not. Null: it waits, or is run by another process. */
  run(connectionId: string, id: string): Promise<RuleRun | null>
  /** Runs what is due, to its end; it does so by itself as well. */
  look(): Promise<void>
  /** The connection is no more. */
  forget(connectionId: string): Promise<void>
  /** Ends what runs between two batches. */
  close(): Promise<void>
}

export interface RulesOptions extends Omit<RunSources, 'matching'> {
  readonly dataDir: string
  /** Of the rules as people made them. */
  readonly configDir: string
  readonly server: MatchingOptions['server']
  readonly journal: Pick<Journal, 'record'>
  status(connectionId: string): ConnectionStatus
  /** Whether this host changes nothing, anywhere. */
  readonly readOnly: boolean
  readonly log: Logger
  /** ms since 1970. */
  readonly now?: () => number
  /** IANA name; of this machine by default. */
  readonly zone?: string
  /** How often it looks what is due; 0: only when asked to. */
  readonly lookEveryMs?: number
  /** How long a process that ended without a word keeps others from its rule. */
  readonly leaseMs?: number
}

const LOOK_EVERY_MS = 1_000
const LEASE_MS = 30_000
/** A dry run tells of now: it is not enough for a rule that is turned on much later. */
const PROOF_MS = 3_600_000
const MOST_RUNS = 20

export async function createRules(options: RulesOptions): Promise<Rules> {
  const { dataDir, configDir, log, now = Date.now, lookEveryMs = LOOK_EVERY_MS, leaseMs = LEASE_MS } = options
  const { connection, topology, status, journal } = options
  const zone = options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const book = await openRuleBook({ dataDir: configDir, log, now })
  const states = await openRuleStates({ dataDir, log })
  const changes = createNotifier()
  for (const each of [book, states]) each.onChange(changes.notify)
  const matching = createMatchingStreams({ topology, server: options.server, now })
  const sources: RunSources = { ...options, matching }
  const cursors = new Map<string, Cursors>()
  const running = new Map<string, { readonly ended: Promise<RuleRun | null>; readonly abort: AbortController }>()
  /** Those that this process has taken. */
  const taken = new Set<string>()
  const self = randomUUID()
  let closing = false

  const find = (connectionId: string, id: string): Rule => {
    const rule = book.get(id)
    if (rule.connectionId === connectionId) return rule
    throw new AppError('NOT_FOUND', { what: 'rule', name: id })
  }
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

  const stateOf = (connectionId: string): ConnectionStatus['state'] => {
    try {
      return status(connectionId).state
    } catch {
      return 'closed'
    }
  }
  const mayAct = (rule: Rule): boolean =>
    !closing && waitsFor(rule, now(), zone) === null && stateOf(rule.connectionId) === 'open' && !isReadOnly(rule)
  const isReadOnly = ({ connectionId }: Rule): boolean => {
    try {
      return options.readOnly || connection(connectionId).readOnly
    } catch {
      return false
    }
  }

  /** Takes the rule for this process; null: it is not to be run now, or another has it. */
  async function take(
    rule: Rule,
    isAsked: boolean,
  ): Promise<{ readonly most: number; readonly state: RuleState } | null> {
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
      return await settle(rule, await runOrStop(rule, got, abort.signal), got.most)
    } finally {
      taken.delete(rule.id)
      clearInterval(renew)
    }
  }

  async function runOrStop(
    rule: Rule,
    { most, state }: { readonly most: number; readonly state: RuleState },
    signal: AbortSignal,
  ): Promise<EndedRun> {
    const none: RuleRun = { atMs: now(), changed: 0, failed: 0, groups: 0, recordIds: [], error: null }
    const stopped = (stop: RuleStop): EndedRun => ({ run: none, taken: 0, stop })
    if (connection(rule.connectionId).environment === 'prod' && state.on?.isTyped !== true) return stopped('production')
    if (await wasUndone(state)) return stopped('undone')
    if (most === 0) {
      const { entries } = await tryRule(sources, { ...rule, mostPerRun: 1 }, now())
      return entries > 0 ? stopped('day-budget') : { run: none, taken: 0, stop: null }
    }
    const own = cursors.get(rule.id) ?? new Map<string, string>()
    cursors.set(rule.id, own)
    const servers = state.on?.servers ?? []
    return runRule(sources, rule, { most, servers, cursors: own, nowMs: now(), signal })
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
  async function settle(rule: Rule, { run, taken: took, stop }: EndedRun, most: number): Promise<RuleRun> {
    if (!book.all().some(({ id }) => id === rule.id)) return run
    let why = stop
    await states.update(rule.id, (state) => {
      // Counts of another day are another day's.
      const done = { ...state.done, count: Math.max(0, state.done.count - (most - took)) }
      const failures = isWaiting(run) ? state.failures : isFailedRun(run) ? state.failures + 1 : 0
      why = stop ?? (failures >= MOST_FAILED_RUNS ? 'failures' : null)
      const [latest, ...older] = state.runs
      const kept = latest !== undefined && isEmpty(latest) && isEmpty(run) ? older : state.runs
      const runs = [run, ...kept].slice(0, MOST_RUNS)
      const off = why === null ? {} : { on: null, stopped: { atMs: now(), why }, failures: 0 }
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
        changes.notify()
      })
    running.set(rule.id, { ended, abort })
    return ended
  }

  async function look(): Promise<void> {
    const due = book.all().filter((rule) => {
      const state = states.of(rule.id)
      return isOn(rule, state) && isDue(rule, state.lastMs, now()) && mayAct(rule)
    })
    await Promise.all(due.map((rule) => start(rule, false)))
  }
  const timer = lookEveryMs === 0 ? undefined : setInterval(() => void look(), lookEveryMs).unref()

  const snapshot = (): RulesNow =>
    rulesNow(book.all(), {
      ...{ zone, nowMs: now(), stateOf, isReadOnly, of: states.of },
      isRunning: (id) => (states.of(id).lease?.untilMs ?? 0) > now(),
    })

  return {
    async *watch(signal) {
      while (!signal?.aborted) {
        const next = changes.next(signal)
        yield snapshot()
        await next
      }
    },
    async add(fields) {
      connection(fields.connectionId)
      return book.add(fields)
    },
    async change(rule) {
      connection(rule.connectionId)
      await book.change(rule)
      await states.update(rule.id, ({ proof }) => ({ on: null, stopped: null, failures: 0, proof }))
      cursors.delete(rule.id)
      return rule
    },
    async remove(id) {
      await book.remove(id)
      await states.remove(id)
    },
    async dryRun(connectionId, id) {
      const rule = find(connectionId, id)
      const servers = await readServers(connection(connectionId), topology(connectionId))
      const found = await tryRule(sources, rule, now())
      const { stops, error } = found
      const proof = { digest: digestOf(rule), atMs: now(), servers, stops }
      await states.update(id, () => ({ proof: error === null ? proof : null }))
      return found
    },
    async enable(connectionId, id, typed) {
      const rule = find(connectionId, id)
      const { proof } = states.of(id)
      if (proof === null || proof.digest !== digestOf(rule) || Math.abs(now() - proof.atMs) > PROOF_MS) {
        throw refuse('rule.not-tried', 'rule.try-first')
      }
      if (proof.stops !== null) throw refuse('rule.would-stop', 'rule.change-it')
      const of = connection(connectionId)
      if ((await judgeServers(proof.servers, of, topology(connectionId))) !== null) {
        throw refuse('rule.server-changed', 'rule.try-first')
      }
      if (isReadOnly(rule)) throw new AppError('READ_ONLY', { connection: options.readOnly ? null : of.name })
      const isTyped = typed === rule.stream
      if (of.environment === 'prod' && !isTyped) {
        const told = { connection: of.name, host: endpointName(of), expected: rule.stream }
        throw new AppError('CONFIRMATION_NEEDED', told)
      }
      const on = { digest: proof.digest, atMs: now(), servers: proof.servers, isTyped }
      await states.update(id, () => ({ on, stopped: null, failures: 0 }))
    },
    async disable(id) {
      await states.update(id, ({ on }) => (on === null ? null : { on: null }))
    },
    async run(connectionId, id) {
      const rule = find(connectionId, id)
      return isOn(rule, states.of(id)) && mayAct(rule) ? start(rule, true) : null
    },
    look,
    async forget(connectionId) {
      for (const { id } of book.all().filter((rule) => rule.connectionId === connectionId)) {
        await book.remove(id)
        await states.remove(id)
      }
    },
    async close() {
      closing = true
      clearInterval(timer)
      for (const { abort } of running.values()) abort.abort()
      await Promise.all([...running.values()].map(({ ended }) => ended))
      for (const each of [book, states]) each.close()
    },
  }
}

function refuse(
  problem: 'rule.not-tried' | 'rule.would-stop' | 'rule.server-changed',
  remedy: 'rule.try-first' | 'rule.change-it',
) {
  return new AppError('BAD_INPUT', { field: 'id', problem: message(problem), remedy: message(remedy) })
}

/** The server is away, or nothing may be changed for now: that is no failure of the rule. */
function isWaiting({ error }: RuleRun): boolean {
  return error !== null && ['UNREACHABLE', 'READ_ONLY'].includes(error.code)
}

function isEmpty({ changed, failed, error }: RuleRun): boolean {
  return changed === 0 && failed === 0 && error === null
}
