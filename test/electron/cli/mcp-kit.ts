import { resolve } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterEach, expect } from 'vitest'
import { mcpWords } from '../../../shared/words/en/mcp-words'
import type { CliKit } from './cli-kit'

const CLI = resolve(import.meta.dirname, '../../../out/server/cli.js')

type Row = Readonly<Record<string, unknown>>
interface Answer {
  readonly isError: boolean
  /** Why it failed; else what stands before the rows. */
  readonly text: string
  readonly rows: readonly Row[]
  readonly all: {
    readonly error?: unknown
    readonly reply?: unknown
    readonly notes?: readonly unknown[]
    readonly leftOut?: number
  }
  /** In characters, of all of it. */
  readonly size: number
}

/** The official client, over the standard input and output of the built program. */
export function useAssistant(kit: CliKit) {
  const clients: Client[] = []
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close()
  })
  async function assistant(...words: readonly string[]): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' })
    clients.push(client)
    const args = [CLI, 'mcp', ...words, '--data-dir', kit.dataDir]
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' }))
    return client
  }
  return {
    assistant,
    onServer: (...words: readonly string[]) => assistant('-p', String(kit.redis.port), ...words),
    /** All that was read stands behind the word on whose it is, also in an error. */
    async ask(client: Client, name: string, input: object = {}, signal?: AbortSignal): Promise<Answer> {
      const result = await client.callTool({ name, arguments: { ...input } }, undefined, signal ? { signal } : {})
      const [first, second, ...more] = result.content as { type: string; text: string }[]
      expect(more).toEqual([])
      const [isError, text] = [result.isError === true, first?.text ?? '']
      // What does not fit its schema the library refuses, before anything was read.
      if (second === undefined) return { isError, text, rows: [], all: {}, size: text.length }
      expect(text).toBe(mcpWords.untrusted)
      const all = JSON.parse(second.text) as Answer['all'] & { rows: Row[] }
      const why = typeof all.error === 'string' ? all.error : text
      return { isError, text: why, rows: all.rows, all, size: text.length + second.text.length }
    },
  }
}
