import { z } from 'zod'
import { bytes } from '../../../shared/bytes'
import type { Role } from '../../../shared/roles'
import type { mcpWords } from '../../../shared/words/en/mcp-words'
import type { Collected } from './collect'
import type { Desk } from './desk'

export type ToolName = keyof (typeof mcpWords)['tools']

/** What a call of a tool has to do with. */
export interface ToolUse {
  readonly desk: Desk
  readonly collected: Collected
  /** It was called off, or all ends. */
  readonly signal: AbortSignal
}

export interface Tool {
  readonly name: ToolName
  /** Who is shown it at all. The router refuses the others as well. */
  readonly role: Role
  readonly changes: boolean
  readonly input: z.ZodObject
  run(input: unknown, use: ToolUse): Promise<void>
}

/** One tool, whose input is read by its schema. */
export function tool<S extends z.ZodRawShape>(
  about: Omit<Tool, 'input' | 'run'>,
  shape: S,
  run: (input: z.infer<z.ZodObject<S>>, use: ToolUse) => Promise<void>,
): Tool {
  const input = z.strictObject(shape)
  return { ...about, input, run: (given, use) => run(input.parse(given), use) }
}

export const connection = { connection: z.string().min(1).max(200).optional() }
export const onStream = { ...connection, stream: bytes }
export const onGroup = { ...onStream, group: bytes }
/** A span of time as the command line takes it: 90s, 5m, 2h. */
export const span = z.string().max(20)
/** An id, or a time, as the command line takes it. */
export const when = z.string().max(100)
