import type { OwnedClient } from '../../../../electron/redis/client'
import type { Decoding } from '../../../../electron/services/decoding/decoding'
import { createExporting, type Exporting } from '../../../../electron/services/export/exporting'
import type { OpenFile } from '../../../../electron/services/export/open-file'
import { toBuffer } from '../../../../electron/redis/bytes'
import type { EntriesExport, ExportChoice, ExportEvent, ExportSource } from '../../../../shared/model/export'
import type { FieldDecoding } from '../../../../shared/model/settings'
import type { Mask } from '../../../../shared/masking/mask'
import type { Bytes } from '../../../../shared/bytes'

/** What an export came to: its last event, and the file; null: there is none. */
export interface Exported {
  readonly last: ExportEvent | undefined
  readonly events: readonly ExportEvent[]
  readonly text: string | null
}

export interface ExportKitOptions {
  readonly client: OwnedClient
  readonly decodings?: readonly FieldDecoding[]
  readonly decode?: Decoding['decode']
  readonly mask?: Mask | null
  /** Called before each chunk is taken. */
  readonly onWrite?: (chunk: Buffer) => unknown
}

export const ALL: EntriesExport = { kind: 'entries', order: 'oldest' }

/** Exports into memory. */
export function createExportKit({ client, decodings = [], decode, mask = null, onWrite }: ExportKitOptions) {
  let chunks: Buffer[] = []
  let state: 'open' | 'whole' | 'dropped' = 'open'
  const openFile: OpenFile = (name) => {
    chunks = []
    state = 'open'
    return Promise.resolve({
      target: { kind: 'file', file: name },
      async write(chunk) {
        await onWrite?.(chunk)
        chunks.push(chunk)
      },
      end: () => Promise.resolve(void (state = 'whole')),
      drop: () => Promise.resolve(void (state = state === 'open' ? 'dropped' : state)),
    })
  }
  const exporting: Exporting = createExporting({
    source: (_id, key) => ({ reader: client.reader, key: toBuffer(key) }),
    decodings: () => decodings,
    decoding: { decode: decode ?? (() => Promise.reject(new Error('no thread'))) },
    openFile,
  })
  const request = (source: ExportSource, choice: Partial<ExportChoice> = {}, key: Bytes = 'orders') => {
    return { connectionId: 'c', key, format: 'jsonl' as const, as: 'raw' as const, mask, ...choice, source }
  }
  return {
    exporting,
    request,
    state: () => state,
    async run(
      source: ExportSource,
      choice: Partial<ExportChoice> = {},
      key: Bytes = 'orders',
      signal?: AbortSignal,
    ): Promise<Exported> {
      const events: ExportEvent[] = []
      for await (const event of exporting.save(request(source, choice, key), signal)) events.push(event)
      return { last: events.at(-1), events, text: state === 'whole' ? Buffer.concat(chunks).toString() : null }
    },
  }
}

/** The lines between the first and the last. */
export function rowsOf({ text }: Exported): Record<string, unknown>[] {
  return (text ?? '')
    .trimEnd()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
