import { ORPCError } from '@orpc/client'
import { formatClock } from '../../../shared/format/format-time'
import type { Connection } from '../../../shared/model/connection'
import type { RuleNow, RuleRun, RuleTurn } from '../../../shared/model/rule'
import { errorText, errorWords } from '../../../shared/words/errors'
import { cliWords } from '../../../shared/words/en/cli-words'
import { ruleCliWords } from '../../../shared/words/en/rule-cli-words'
import { ruleWords } from '../../../shared/words/en/rule-words'
import { turnText } from '../../../shared/words/rule-text'
import { Ended } from '../aborted'
import type { Call } from '../call'
import { EXIT, type ExitCode } from '../exit-code'

/** What can't be opened is tried again so often. */
const AGAIN_MS = 30_000
/** Of a signal it is the usual end. */
const USUAL: readonly ExitCode[] = [EXIT.interrupted, EXIT.terminated, EXIT.hangup]

/**
 * `sluice rules run`: opens what rules that are on need, of the connection that is named or all, and tells what they do, until a
 * signal. The host behind it runs them, and ends a run between two batches once it is closed. Throws UNREACHABLE where none of them can
 * be opened at first.
 */
export async function hostRules(call: Call): Promise<ExitCode> {
  const { api, print, signal } = call
  const only = await call.named()
  const connections = await api.connection.list()
  const nameOf = ({ connectionId }: RuleNow): string => connections.find(({ id }) => id === connectionId)?.name ?? ''
  const isMine = ({ connectionId }: RuleNow): boolean => only === null || connectionId === only.id
  const opening = createOpening(call)
  let told: ReturnType<typeof createTelling> | null = null
  // While no connection is open nothing else keeps this process alive.
  const alive = setInterval(() => undefined, AGAIN_MS)
  try {
    for await (const { rules } of await api.rule.watch(undefined, { signal })) {
      if (signal.aborted) break
      const mine = rules.filter(isMine)
      const closed = mine.filter(({ phase }) => phase === 'closed').map(({ connectionId }) => connectionId)
      await opening.open(connections.filter(({ id }) => closed.includes(id)))
      if (told === null) {
        const on = mine.filter(({ phase }) => phase !== 'off').length
        print.note(ruleCliWords.running(on, only?.name ?? null), 'soft')
      }
      told ??= createTelling(call, nameOf, mine)
      for (const rule of mine) told.tell(rule)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    clearInterval(alive)
    opening.end()
  }
  if (print.isTable) print.note(cliWords.ending, 'soft')
  const ended = signal.reason instanceof Ended ? signal.reason.exitCode : EXIT.fine
  return USUAL.includes(ended) ? EXIT.fine : ended
}

/** Opens connections, each again some time after it could not be. */
function createOpening(call: Call) {
  const failed = new Map<string, number>()
  const timers = new Set<NodeJS.Timeout>()
  let isFirst = true

  async function openOne(connection: Connection): Promise<unknown> {
    try {
      await call.open(connection)
      failed.delete(connection.id)
      return null
    } catch (error) {
      call.signal.throwIfAborted()
      if (!(error instanceof ORPCError)) throw error
      if (!failed.has(connection.id)) {
        const words = errorWords({ code: error.code as string, data: error.data as unknown })
        call.print.note(ruleCliWords.notOpened(connection.name, words?.title ?? error.message), 'warn')
      }
      failed.set(connection.id, Date.now())
      return error
    }
  }

  return {
    async open(connections: readonly Connection[]): Promise<void> {
      const due = connections.filter(({ id }) => Date.now() - (failed.get(id) ?? 0) >= AGAIN_MS)
      if (due.length === 0) return
      const errors: unknown[] = []
      for (const each of due) errors.push(await openOne(each))
      if (isFirst && errors.every((error) => error !== null)) throw errors[0] as Error
      isFirst = false
      for (const each of due.filter(({ id }) => failed.has(id))) again(each)
    },
    end: () => timers.forEach((timer) => clearTimeout(timer)),
  }

  function again(connection: Connection): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      void openOne(connection).then(
        (error) => error !== null && again(connection),
        () => undefined,
      )
    }, AGAIN_MS)
    timers.add(timer)
  }
}

/** Tells what is new of each rule: runs that came to something, and its turns. */
function createTelling({ print }: Call, connectionOf: (rule: RuleNow) => string, begin: readonly RuleNow[]) {
  const seen = new Map(begin.map((rule) => [rule.id, latestOf(rule)]))

  function tellRun(rule: RuleNow, run: RuleRun): void {
    const text = run.error === null ? ruleWords.run(run) : `${ruleWords.run(run)} (${errorText(run.error)})`
    if (!print.isTable) print.json({ what: 'run', ...about(rule), text, ...run })
    else print.line({ text: formatClock(run.atMs), tone: 'soft' }, { text: rule.name, tone: 'title' }, text)
  }
  function tellTurn(rule: RuleNow, turn: RuleTurn): void {
    const text = turnText(turn)
    const { what: kind, ...rest } = turn
    if (!print.isTable) return print.json({ what: 'turn', ...about(rule), kind, text, ...rest })
    const tone = kind === 'stopped' ? 'bad' : 'soft'
    print.line({ text: formatClock(turn.atMs), tone: 'soft' }, { text: rule.name, tone: 'title' }, { text, tone })
  }
  const about = (rule: RuleNow) => ({ rule: rule.name, ruleId: rule.id, connection: connectionOf(rule) })

  return {
    tell(rule: RuleNow): void {
      const known = seen.get(rule.id) ?? { run: 0, turn: 0 }
      for (const run of rule.runs.filter(({ atMs }) => atMs > known.run).toReversed()) {
        if (run.changed + run.failed > 0 || run.error !== null) tellRun(rule, run)
      }
      for (const turn of rule.turns.filter(({ atMs }) => atMs > known.turn).toReversed()) tellTurn(rule, turn)
      seen.set(rule.id, latestOf(rule))
    },
  }
}

function latestOf({ runs: [run], turns: [turn] }: RuleNow) {
  return { run: run?.atMs ?? 0, turn: turn?.atMs ?? 0 }
}
