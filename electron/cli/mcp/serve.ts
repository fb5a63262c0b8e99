import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { mayAct } from '../../../shared/roles'
import { mcpWords } from '../../../shared/words/en/mcp-words'
import { APP_VERSION } from '../../host/host-backend'
import { Ended } from '../aborted'
import type { Call } from '../call'
import { EXIT, type ExitCode } from '../exit-code'
import { safeJson } from '../print/visible'
import { replyOf, wordsOf } from '../said'
import { CHANGE_TOOLS } from './change-tools'
import { collect, cut } from './collect'
import { createDesk } from './desk'
import { LOOK_TOOLS } from './look-tools'
import type { Tool, ToolUse } from './tool'

/** The roles that an assistant may be given: connections and settings are for people. */
const ROLES = ['viewer', 'operator'] as const

/**
 * `sluice mcp`: tools for an assistant, by the Model Context Protocol over standard input and output, until its input ends
 * (https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#stdio). Nothing but the protocol goes to standard output.
 */
export async function serveMcp(call: Call): Promise<ExitCode> {
  const desk = createDesk(call, call.flags.choice('role', ROLES) ?? 'viewer')
  const server = new McpServer(
    { name: 'sluice', version: APP_VERSION },
    { instructions: mcpWords.instructions, capabilities: { tools: {} } },
  )
  for (const tool of [...LOOK_TOOLS, ...CHANGE_TOOLS]) {
    if (!mayAct(desk.role, tool.role)) continue
    server.registerTool(
      tool.name,
      {
        description: mcpWords.tools[tool.name],
        inputSchema: tool.input,
        annotations: { readOnlyHint: !tool.changes, destructiveHint: tool.changes, openWorldHint: false },
      },
      (input: unknown, { signal }) => answer(tool, input, { desk, signal: AbortSignal.any([signal, call.stop]) }),
    )
  }
  const over = new Promise<void>((resolve) => {
    const end = (): void => resolve()
    server.server.onclose = end
    for (const event of ['end', 'close', 'error']) process.stdin.once(event, end)
    call.signal.addEventListener('abort', end, { once: true })
    if (call.signal.aborted) end()
  })
  await server.connect(new StdioServerTransport())
  await over
  await server.close()
  const { reason } = call.signal as { readonly reason: unknown }
  return reason instanceof Ended ? reason.exitCode : EXIT.fine
}

async function answer(tool: Tool, input: unknown, use: Omit<ToolUse, 'collected'>): Promise<CallToolResult> {
  const collected = collect()
  try {
    await tool.run(input, { ...use, collected })
  } catch (error) {
    const reply = replyOf(error)
    const why = { error: cut(wordsOf(error)), ...(reply === null ? {} : { reply: cut(reply) }) }
    // What was found, or done, until then is told as well.
    return { isError: true, content: told({ ...why, ...resultOf(collected) }) }
  }
  return { content: told(resultOf(collected)) }
}

/** Also an error's words hold names, and a server's reply. */
function told(result: object): CallToolResult['content'] {
  return [
    { type: 'text', text: mcpWords.untrusted },
    { type: 'text', text: safeJson(result) },
  ]
}

function resultOf({ rows, notes, leftOut }: ReturnType<typeof collect>): object {
  return { rows, ...(notes.length > 0 ? { notes } : {}), ...(leftOut > 0 ? { leftOut } : {}) }
}
