import { z } from 'zod'
import { bytes } from '../../../shared/bytes'
import { entryId } from '../../../shared/entry-id'
import type { FindingKind } from '../../../shared/judgement/finding'
import { findingWhyWords } from '../../../shared/words/en/finding-why-words'
import type { HostCommand } from '../command'
import { consumers } from '../commands/consumers'
import { entries } from '../commands/entries'
import { groups } from '../commands/groups'
import { journal } from '../commands/journal'
import { pending } from '../commands/pending'
import { report } from '../commands/report'
import { search } from '../commands/search'
import { streams } from '../commands/streams'
import { why } from '../commands/why'
import type { Asked } from './asked'
import { connection, onGroup, onStream, span, tool, when, type Tool, type ToolName, type ToolUse } from './tool'

const looks = <N extends ToolName>(name: N) => ({ name, role: 'viewer', changes: false }) as const
const count = z.int().min(1).max(200).optional()
const FEW = 20

async function run(command: HostCommand, named: string | undefined, asked: Asked, use: ToolUse): Promise<void> {
  await command.run(use.desk.call(await use.desk.connection(named), asked, use))
}

/** Of a finding also why it is one, by the settings. */
async function reportWithWhy(named: string | undefined, use: ToolUse): Promise<void> {
  const call = use.desk.call(await use.desk.connection(named), {}, use)
  const settings = await call.api.host.settings()
  const json = (row: unknown): void => {
    const isFinding = typeof row === 'object' && row !== null && Reflect.get(row, 'what') === 'finding'
    if (!isFinding) return call.print.json(row)
    const kind = Reflect.get(row, 'kind') as FindingKind
    call.print.json({ ...row, why: findingWhyWords.rules[kind](settings) })
  }
  await report.run({ ...call, print: { ...call.print, json } })
}

export const LOOK_TOOLS: readonly Tool[] = [
  tool(looks('list_connections'), {}, async (_input, { desk, collected, signal }) => {
    const all = await desk.connections()
    for (const { id, name, folder, environment, readOnly, givenBy } of all) {
      signal.throwIfAborted()
      // Neither an address nor a user: what is told is by what people call it.
      collected.print.json({ id, name, folder, environment, readOnly, givenBy })
    }
  }),
  tool(looks('report'), connection, (input, use) => reportWithWhy(input.connection, use)),
  tool(looks('list_streams'), { ...connection, pattern: z.string().max(500).optional() }, (input, use) =>
    run(streams, input.connection, { args: [input.pattern ?? ''] }, use),
  ),
  tool(looks('list_groups'), onStream, (input, use) => run(groups, input.connection, { args: [input.stream] }, use)),
  tool(looks('list_consumers'), onGroup, (input, use) =>
    run(consumers, input.connection, { args: [input.stream, input.group] }, use),
  ),
  tool(
    looks('list_pending'),
    {
      ...{ ...onGroup, consumer: bytes.optional(), min_idle: span.optional() },
      min_deliveries: z.int().min(0).optional(),
      gone: z.boolean().optional(),
      with_fields: z.boolean().optional(),
      count,
    },
    ({ stream, group, ...input }, use) =>
      run(
        pending,
        input.connection,
        {
          args: [stream, group],
          flags: {
            ...(input.consumer === undefined ? {} : { consumer: { names: [input.consumer] } }),
            ...{ 'min-idle': input.min_idle, 'min-deliveries': input.min_deliveries, gone: input.gone },
            ...{ bodies: input.with_fields, count: input.count ?? FEW },
          },
        },
        use,
      ),
  ),
  tool(looks('why_failing'), { ...onGroup, id: entryId }, ({ stream, group, ...input }, use) =>
    run(why, input.connection, { args: [stream, group, input.id] }, use),
  ),
  tool(
    looks('list_entries'),
    { ...onStream, oldest_first: z.boolean().optional(), since: when.optional(), until: when.optional(), count },
    ({ stream, oldest_first, since, until, ...input }, use) =>
      run(
        entries,
        input.connection,
        { args: [stream], flags: { oldest: oldest_first, since, until, count: input.count ?? FEW } },
        use,
      ),
  ),
  tool(
    looks('search_entries'),
    {
      ...{ ...onStream, query: z.string().min(1).max(2_000), oldest_first: z.boolean().optional() },
      ...{ since: when.optional(), until: when.optional(), count },
    },
    ({ stream, query, oldest_first, since, until, ...input }, use) =>
      run(
        search,
        input.connection,
        { args: [stream, query], flags: { oldest: oldest_first, since, until, count: input.count ?? FEW } },
        use,
      ),
  ),
  tool(looks('list_journal'), { ...connection, count }, (input, use) =>
    run(journal, input.connection, { flags: { count: input.count ?? FEW } }, use),
  ),
]
