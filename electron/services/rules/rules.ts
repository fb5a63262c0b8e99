import type { Logger } from 'pino'
import { AppError } from '../../../shared/error'
import { isDue, isWaiting, waitsFor } from '../../../shared/judgement/rules/due'
import { canNeverAct } from '../../../shared/judgement/rules/known-for-good'
import type { ConnectionStatus } from '../../../shared/model/connection'
import type { DryRun, Rule, RuleDoor, RuleFields, RuleRun, RulesNow } from '../../../shared/model/rule'
import type { StoppedRule } from '../../../shared/model/rule-stop'
import type { Who } from '../../../shared/model/who'
import { message } from '../../../shared/words/messages'
import { endpointName } from '../../redis/dial'
import type { Journal } from '../journal/journal'
import { createNotifier } from '../lib/notifier'
import { createMatchingStreams, type MatchingOptions } from './matching-streams'
import { openRuleBook } from './rule-book'
import { createRuleRuns } from './rule-runs'
import { digestOf, isOn, openRuleStates, withTurn } from './rule-states'
import { rulesNow } from './rules-now'
import type { RunSources } from './run-rule'
import { judgeServers, readServers } from './servers'
import { tryRule } from './try-rule'

/** Recoveries that are done again and again, as people ordered. Of several processes on a data directory one runs a rule at a time. */
export interface Rules {
  watch(signal?: AbortSignal): AsyncGenerator<RulesNow, void>
  add(fields: RuleFields): Promise<Rule>
  change(rule: Rule, by: Who): Promise<Rule>
  remove(id: string): Promise<void>
  dryRun(connectionId: string, id: string): Promise<DryRun>
  /** Throws BAD_INPUT, CONFIRMATION_NEEDED. */
  enable(connectionId: string, id: string, by: Who, typed: string | undefined): Promise<void>
  disable(id: string, by: Who): Promise<void>
  /** One run of a rule that is on, due or not. Null: it waits, or is run by another process. */
  run(connectionId: string, id: string): Promise<RuleRun | null>
  /** Runs what is due, to its end; it does so by itself as well. */
  look(): Promise<void>
  /** Of a connection: those that turned themselves off, and were not seen to since. */
  stopped(connectionId: string): readonly StoppedRule[]
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
  /** By which people come to this process. */
  readonly door: RuleDoor
  /** `stopped` gives others than before. */
  onStopped(): void
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

export async function createRules(options: RulesOptions): Promise<Rules> {
  const { dataDir, configDir, log, now = Date.now, lookEveryMs = LOOK_EVERY_MS, leaseMs = LEASE_MS } = options
  const { connection, topology, status, journal, door } = options
  const zone = options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const book = await openRuleBook({ dataDir: configDir, log, now })
  const states = await openRuleStates({ dataDir, log })
  const changes = createNotifier()
  const stopped = (connectionId: string): readonly StoppedRule[] =>
    book.all().flatMap(({ id: ruleId, name, connectionId: its }) => {
      const stop = its === connectionId ? states.of(ruleId).stopped : null
      return stop === null ? [] : [{ ruleId, name, ...stop }]
    })
  let told = ''
  const onChange = (): void => {
    changes.notify()
    const now = JSON.stringify(book.all().map(({ id, name }) => [name, states.of(id).stopped]))
    if (now !== told) options.onStopped()
    told = now
  }
  for (const each of [book, states]) each.onChange(onChange)
  const matching = createMatchingStreams({ topology, server: options.server, now })
  const sources: RunSources = { ...options, matching }
  const runs = createRuleRuns({ book, states, sources, journal, now, zone, leaseMs, onEnd: changes.notify, log })
  let closing = false

  const find = (connectionId: string, id: string): Rule => {
    const rule = book.get(id)
    if (rule.connectionId === connectionId) return rule
    throw new AppError('NOT_FOUND', { what: 'rule', name: id })
  }
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

  async function look(): Promise<void> {
    const due = book.all().filter((rule) => {
      const state = states.of(rule.id)
      return isOn(rule, state) && isDue(rule, state.lastMs, now()) && mayAct(rule)
    })
    await Promise.all(due.map((rule) => runs.start(rule, false)))
  }
  /** Windows open, dates pass, connections are lost: no file says so. */
  let phases = ''
  function tellPhases(): void {
    const next = snapshot()
      .rules.map(({ phase }) => phase)
      .join()
    if (next !== phases) changes.notify()
    phases = next
  }
  function beat(): void {
    tellPhases()
    void look()
  }
  const timer = lookEveryMs === 0 ? undefined : setInterval(beat, lookEveryMs).unref()

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
    async change(rule, who) {
      connection(rule.connectionId)
      await book.change(rule)
      await states.update(rule.id, (state) => ({
        ...{ on: null, stopped: null, failures: 0 },
        ...(state.on === null ? {} : withTurn(state, { what: 'changed', atMs: now(), who, door })),
      }))
      runs.forgetCursor(rule.id)
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
      await states.update(id, () => ({ proof: error === null || isWaiting(error) ? proof : null }))
      return found
    },
    async enable(connectionId, id, who, typed) {
      const rule = find(connectionId, id)
      const { proof } = states.of(id)
      if (proof === null || proof.digest !== digestOf(rule) || Math.abs(now() - proof.atMs) > PROOF_MS) {
        throw refuse('rule.not-tried', 'rule.try-first')
      }
      const of = connection(connectionId)
      if (proof.stops !== null || canNeverAct(rule.action, of)) throw refuse('rule.would-stop', 'rule.change-it')
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
      await states.update(id, (state) => ({
        ...{ on, stopped: null, failures: 0 },
        ...withTurn(state, { what: 'on', atMs: now(), who, door }),
      }))
    },
    async disable(id, who) {
      await states.update(id, (state) =>
        state.on === null ? null : { on: null, ...withTurn(state, { what: 'off', atMs: now(), who, door }) },
      )
    },
    async run(connectionId, id) {
      const rule = find(connectionId, id)
      return isOn(rule, states.of(id)) && mayAct(rule) ? runs.start(rule, true) : null
    },
    look,
    stopped,
    async forget(connectionId) {
      for (const { id } of book.all().filter((rule) => rule.connectionId === connectionId)) {
        await book.remove(id)
        await states.remove(id)
      }
    },
    async close() {
      closing = true
      clearInterval(timer)
      await runs.close()
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
