import { z } from 'zod'
import { bytes } from '../../../shared/bytes'
import { nameToConfirm } from '../../../shared/for-good'
import type { Connection } from '../../../shared/model/connection'
import { mcpWords } from '../../../shared/words/en/mcp-words'
import { undo } from '../commands/undo'
import { Refused } from '../exit-code'
import { findRecord } from '../journal-records'
import { RECOVERY_KINDS } from '../recovery/kinds'
import { planAll, runPlan } from '../recovery/recover'
import { readSelection } from '../recovery/selection'
import { showPlan } from '../recovery/show-plan'
import { typed, type Asked } from './asked'
import { onGroup, span, tool, type Tool, type ToolUse } from './tool'

/** What an assistant may plan: what is taken back, or handed on, and not what deletes. */
const PLANNED = ['claim', 'spread', 'ack', 'dead-letter', 'requeue'] as const

const record = z.string().min(4).max(100)
const ids = z.array(z.string().max(41)).min(1).max(1_000)
const names = z.array(bytes).min(1).max(100)

/** On production a person does it, by a line of their own shell. */
function refuseProduction({ name, environment }: Connection, line: string | null): void {
  if (environment === 'prod') throw new Refused(mcpWords.production(name, line))
}

async function undoIt(input: { readonly record: string }, use: ToolUse, isPlan: boolean): Promise<void> {
  const { desk } = use
  const all = await desk.connections()
  const [first] = all
  if (first === undefined) throw new Refused(mcpWords.noConnections)
  const found = await findRecord(desk.call(first, {}, use).api, input.record)
  const connection = all.find(({ id }) => id === found.connectionId)
  if (connection === undefined) throw new Refused(mcpWords.recordElsewhere(found.connectionName))
  if (!isPlan) {
    refuseProduction(connection, desk.line(connection, ['undo', found.id]))
    desk.requireUndoShown(found.id)
  }
  await undo.run(desk.call(connection, { args: [found.id], flags: isPlan ? { 'dry-run': true } : { yes: true } }, use))
  if (isPlan) desk.undoWasShown(found.id)
}

export const CHANGE_TOOLS: readonly Tool[] = [
  tool(
    { name: 'plan_recovery', role: 'viewer', changes: false },
    {
      ...{ ...onGroup, kind: z.enum(PLANNED) },
      ...{ from: names.optional(), ids: ids.optional(), all: z.boolean().optional(), min_idle: span.optional() },
      min_deliveries: z.int().min(0).optional(),
      gone: z.boolean().optional(),
      find: z.string().min(1).max(2_000).optional(),
      to: names.optional(),
      to_stream: bytes.optional(),
      reason: z.string().max(1_000).optional(),
    },
    async ({ stream, group, kind, ...input }, use) => {
      const { desk } = use
      const connection = await desk.connection(input.connection)
      const asked: Asked = {
        args: [stream, group],
        flags: {
          ...(input.from === undefined ? {} : { from: { names: input.from } }),
          ...{
            id: input.ids,
            all: input.all,
            'min-idle': input.min_idle,
            'min-deliveries': input.min_deliveries,
            gone: input.gone,
          },
          ...{ find: input.find, reason: input.reason },
          ...(input.to === undefined ? {} : { to: { names: input.to } }),
          ...(input.to_stream === undefined ? {} : { 'to-stream': { names: [input.to_stream] } }),
        },
      }
      const own: readonly string[] = RECOVERY_KINDS[kind].flags
      for (const [flag, given] of [
        ['to', input.to],
        ['to-stream', input.to_stream],
        ['reason', input.reason],
      ] as const) {
        if (given !== undefined && !own.includes(flag)) throw new Refused(mcpWords.notOf(flag, kind))
      }
      const call = desk.call(connection, asked, use)
      const [selection, action] = [readSelection(call.flags), RECOVERY_KINDS[kind].action(call.flags)]
      await call.connect()
      const plan = await planAll(call, connection.id, { key: stream, group, selection, action })
      const line = desk.line(connection, typed(kind, asked))
      desk.keep(plan, line)
      showPlan(call.print, plan, connection.name)
      const needsPerson =
        connection.environment === 'prod' || nameToConfirm(plan) !== null || (plan.doubts ?? []).length > 0
      call.print.json({ what: 'next', text: mcpWords.next(desk.role, needsPerson), person: line })
    },
  ),
  tool({ name: 'plan_undo', role: 'viewer', changes: false }, { record }, (input, use) => undoIt(input, use, true)),
  tool(
    { name: 'run_plan', role: 'operator', changes: true },
    { plan: z.string().min(1).max(100), per_second: z.int().min(1).max(1_000_000).optional() },
    async (input, use) => {
      const { desk } = use
      const { plan, line } = desk.shown(input.plan)
      // As it is by now: somebody may have marked it since.
      const connection = await desk.connection(plan.connectionId)
      refuseProduction(connection, line)
      if (nameToConfirm(plan) !== null || (plan.doubts ?? []).length > 0) throw new Refused(mcpWords.person(line))
      const call = desk.call(connection, { flags: { yes: true } }, use)
      await call.connect()
      await runPlan(call, connection, plan, input.per_second)
    },
  ),
  tool({ name: 'undo', role: 'operator', changes: true }, { record }, (input, use) => undoIt(input, use, false)),
]
