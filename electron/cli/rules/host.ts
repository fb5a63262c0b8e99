import { formatClock } from '../../../shared/format/format-time'
import type { RuleNow, RuleRun, RuleTurn } from '../../../shared/model/rule'
import { errorText } from '../../../shared/words/errors'
import { cliWords } from '../../../shared/words/en/cli-words'
import { ruleCliWords } from '../../../shared/words/en/rule-cli-words'
import { ruleWords } from '../../../shared/words/en/rule-words'
import { turnText } from '../../../shared/words/rule-text'
import { Ended } from '../aborted'
import type { Call } from '../call'
import { EXIT, type ExitCode } from '../exit-code'
import { connectionName, isOf } from './find-rule'
import { createOpening } from './opening'

/** Any: a timer that runs keeps a process alive. */
const ALIVE_MS = 60_000
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
  let connections = await api.connection.list()
  const nameOf = (rule: RuleNow): string | null => connectionName(connections, rule)
  const opening = createOpening(call)
  let told: ReturnType<typeof createTelling> | null = null
  // While no connection is open nothing else keeps this process alive.
  const alive = setInterval(() => undefined, ALIVE_MS)
  try {
    for await (const { rules } of await api.rule.watch(undefined, { signal })) {
      if (signal.aborted) break
      const mine = rules.filter(isOf(only))
      // Saved since then, as a rule of it is.
      if (mine.some((rule) => nameOf(rule) === null)) connections = await api.connection.list()
      const closed = mine.filter(({ phase }) => phase === 'closed').map(({ connectionId }) => connectionId)
      const needed = connections.filter(({ id }) => closed.includes(id))
      if (told === null) {
        await opening.first(needed)
        const on = mine.filter(({ phase }) => phase !== 'off' && phase !== 'over').length
        print.note(ruleCliWords.running(on, only?.name ?? null), 'soft')
        told = createTelling(call, nameOf, mine)
      } else opening.open(needed)
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

/** Tells what is new of each rule: runs that came to something, and its turns. */
function createTelling({ print }: Call, connectionOf: (rule: RuleNow) => string | null, begin: readonly RuleNow[]) {
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
      for (const run of newer(rule.runs, known.run)) {
        if (run.changed + run.failed > 0 || run.error !== null) tellRun(rule, run)
      }
      for (const turn of newer(rule.turns, known.turn)) tellTurn(rule, turn)
      seen.set(rule.id, latestOf(rule))
    },
  }
}

/** What came after a time, the oldest first. Where the latest is older than that, the clock was set back: then it is new, whatever was before. */
function newer<T extends { readonly atMs: number }>(all: readonly T[], ms: number): readonly T[] {
  const [latest] = all
  if (latest !== undefined && latest.atMs < ms) return [latest]
  const known = all.findIndex(({ atMs }) => atMs <= ms)
  return all.slice(0, known < 0 ? all.length : known).toReversed()
}

function latestOf({ runs: [run], turns: [turn] }: RuleNow) {
  return { run: run?.atMs ?? 0, turn: turn?.atMs ?? 0 }
}
