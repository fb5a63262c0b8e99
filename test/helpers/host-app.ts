import { createInterface } from 'node:readline'
import { createRouterClient } from '@orpc/server'
import { pino } from 'pino'
import { createBackend } from '../../electron/api/backend'
import { createDownloads } from '../../electron/web/downloads'
import type { PresenceTimes } from '../../electron/services/journal/presence'
import { AS_ADMIN } from './callers'
import { builtDecoder } from './built-decoder'

// Run by host-process.ts: a host in a process of its own that calls the procedures that it is told, one per line.
const [dataDir = '', times] = process.argv.slice(2)
const log = pino({ level: 'silent' })
const presence = times === undefined ? {} : { presence: JSON.parse(times) as PresenceTimes }
const saveFile = createDownloads().save
const host = { kind: 'web', version: '0.0.0', sandbox: false } as const
const backend = await createBackend({ ...host, dataDir, log, saveFile, decoderFile: builtDecoder, ...presence })
const client = createRouterClient(backend.router, { context: AS_ADMIN }) as unknown as Readonly<
  Record<string, Readonly<Record<string, (input: unknown) => Promise<unknown>>>>
>
const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`)

async function carryOut(id: number, [noun = '', verb = '']: readonly string[], input: unknown): Promise<void> {
  try {
    const result = await client[noun]![verb]!(input)
    if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
      for await (const event of result as AsyncIterable<unknown>) say({ id, event })
      say({ id, ended: true })
    } else say({ id, result: result ?? null })
  } catch (error) {
    const { code, data, message } = error as { code?: string; data?: unknown; message: string }
    say({ id, error: { code, data, message } })
  }
}

say({ id: 0, result: process.pid })
for await (const line of createInterface(process.stdin)) {
  const { id, path, input } = JSON.parse(line) as { id: number; path: string; input: unknown }
  void carryOut(id, path.split('.'), input)
}
await backend.close()
