import type { Connection } from '../../../shared/model/connection'
import type { RecoveryPlan } from '../../../shared/model/plan'
import type { Role } from '../../../shared/roles'
import { mcpWords } from '../../../shared/words/en/mcp-words'
import { namedConnection } from '../../host/named-connection'
import { whoRunsThis } from '../../host/who-runs-this'
import { untilAborted } from '../aborted'
import type { Api, Call } from '../call'
import { Refused } from '../exit-code'
import { readFlags } from '../values'
import { valuesOf, type Asked } from './asked'
import type { Collected } from './collect'

/** A plan that was shown, and by what words a person does the same. */
interface Shown {
  readonly plan: RecoveryPlan
  readonly line: string | null
}

/** What tools share, for as long as the assistant is there. */
export interface Desk {
  readonly role: Role
  /** Those that it may know of: the one that was named where Sluice was started, else all that people saved or listed. */
  connections(): Promise<readonly Connection[]>
  /** By id or name; the only one there is, where none is said. Throws `Refused`, `UsageError`. */
  connection(named: string | undefined): Promise<Connection>
  /** A call of a command on this connection. */
  call(connection: Connection, asked: Asked, use: { readonly collected: Collected; readonly signal: AbortSignal }): Call
  /** A line for a person's shell that leads to this connection; null: none does. */
  line(connection: Connection, words: readonly string[]): string | null
  keep(plan: RecoveryPlan, line: string | null): void
  /** Throws `Refused`. */
  shown(planId: string): Shown
  /** What taking back this record would give back was told. */
  undoWasShown(recordId: string): void
  /** Throws `Refused`. */
  requireUndoShown(recordId: string): void
}

/** Of plans, and of undos, that were shown; the oldest are forgotten. */
const MOST_SHOWN = 100

export function createDesk(base: Call, role: Role): Desk {
  const { who } = whoRunsThis()
  const name = 'name' in who ? who.name : ''
  const as = (what: Role): Api => base.as({ who: { by: 'assistant', name }, role: what })
  const own = as(role)
  const { planAll, planUndo } = as('operator').recovery
  // A plan reads only; whoever looks may see what would be done.
  const api: Api = new Proxy(own, {
    get: (target, noun: keyof Api) =>
      noun === 'recovery'
        ? { run: target.recovery.run, undo: target.recovery.undo, outcome: target.recovery.outcome, planAll, planUndo }
        : target[noun],
  })
  const plans = new Map<string, Shown>()
  const undos = new Map<string, true>()

  const connections = async (): Promise<readonly Connection[]> => {
    const named = await base.named()
    return named === null ? api.connection.list() : [named]
  }
  const line = (connection: Connection, words: readonly string[], isNamed: boolean): string | null =>
    base.line(isNamed ? words : [...words, '--connection', connection.id])
  let isNamed = false

  return {
    role,
    async connections() {
      isNamed = (await base.named()) !== null
      return connections()
    },
    async connection(named) {
      isNamed = (await base.named()) !== null
      const all = await connections()
      const [only, another] = all
      if (named !== undefined) return namedConnection(all, named)
      if (only === undefined) throw new Refused(mcpWords.noConnections)
      if (another !== undefined) throw new Refused(mcpWords.whichConnection(all.map((each) => each.name)))
      return only
    },
    call(connection, asked, { collected, signal }) {
      const open = async (which: Connection): Promise<Connection> => {
        await untilAborted(api.connection.open({ connectionId: which.id, byItself: true }), signal)
        return which
      }
      const { args = [] } = asked
      return {
        ...base,
        ...{ api, signal, stop: signal, print: collected.print, flags: readFlags(valuesOf(asked)) },
        ask: () => Promise.resolve(null),
        stage: () => Promise.reject(new Refused(mcpWords.noFiles)),
        line: (words) => line(connection, words, isNamed),
        word: (at) => (typeof args[at] === 'string' ? args[at] : ''),
        name: (at) => args[at] ?? '',
        connect: () => open(connection),
        named: () => Promise.resolve(connection),
        find: (id) => Promise.resolve(id === connection.id ? connection : null),
        open,
      }
    },
    line: (connection, words) => line(connection, words, isNamed),
    keep(plan, words) {
      keepLast(plans, plan.id, { plan, line: words })
    },
    shown(planId) {
      const found = plans.get(planId)
      if (found === undefined) throw new Refused(mcpWords.noSuchPlan)
      return found
    },
    undoWasShown: (recordId) => keepLast(undos, recordId, true),
    requireUndoShown(recordId) {
      if (!undos.has(recordId)) throw new Refused(mcpWords.undoNotShown)
    },
  }
}

function keepLast<T>(kept: Map<string, T>, id: string, value: T): void {
  kept.set(id, value)
  const [oldest] = kept.keys()
  if (kept.size > MOST_SHOWN && oldest !== undefined) kept.delete(oldest)
}
