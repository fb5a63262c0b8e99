import { bytesKey, type Bytes } from '../bytes'
import { idAgeMs } from '../entry-id'
import type { StreamSummary } from '../model/stream'
import { isDeadLetterName } from './dead-letter-name'
import type { Finding } from './finding'
import type { Thresholds } from './thresholds'
import type { SingleFinding, ToldFindings } from './told-findings'

/** Of many that are told together, so many are named. */
export const NAMED = 3
/** A stream to which nothing was added for longer does not grow. */
const GROWS_WITHIN_MS = 3_600_000

/** What is wrong with a stream, whatever its groups. */
export function streamFindings(
  stream: StreamSummary,
  { untrimmedEntries, deadLetters, deadLettersWithinMs }: Thresholds,
): readonly Finding[] {
  const { key, length, entriesAdded, memoryBytes, error } = stream
  const newestMs = sinceNewest(stream)
  if (error || newestMs === null) return []
  const found: Finding[] = []
  const wasNeverTrimmed = entriesAdded !== null && BigInt(entriesAdded) === BigInt(length)
  if (length >= untrimmedEntries && wasNeverTrimmed && newestMs <= GROWS_WITHIN_MS) {
    found.push({ kind: 'untrimmed', id: `untrimmed/${bytesKey(key)}`, key, length, memoryBytes })
  }
  if (length >= deadLetters && newestMs <= deadLettersWithinMs && isDeadLetterName(key)) {
    found.push({ kind: 'dead-letters', id: `dead-letters/${bytesKey(key)}`, key, length, newestMs })
  }
  return found
}

/** Whether something was added to it lately, as far as its ids tell; null: its entries are large, and none was looked at. */
export function grows(stream: StreamSummary): boolean | null {
  const newestMs = sinceNewest(stream)
  if (newestMs === null) return stream.large && stream.length > 0 ? null : false
  return newestMs <= GROWS_WITHIN_MS
}

/** How long ago its last entry was added, by its id; null: ids that are no times. */
function sinceNewest({ lastId, atMs }: StreamSummary): number | null {
  return lastId === null || atMs === null ? null : idAgeMs(lastId, atMs)
}

/** Streams that could not be read, those for the same reason together. */
export function unreadable(summaries: Iterable<StreamSummary>): ToldFindings {
  const singles: SingleFinding[] = []
  const byCause = new Map<string, { keys: Bytes[]; error: NonNullable<StreamSummary['error']> }>()
  for (const { key, error } of summaries) {
    // Of a stream that was deleted since the scan, what it had is told: see `vanished`.
    if (!error || error.code === 'NOT_FOUND') continue
    const cause = causeOf(error)
    singles.push({
      finding: { kind: 'unreadable', id: `unreadable/${bytesKey(key)}`, streams: 1, keys: [key], error },
      toldAs: `unreadable/${cause}`,
    })
    const same = byCause.get(cause)
    if (same) same.keys.push(key)
    else byCause.set(cause, { keys: [key], error })
  }
  const told = [...byCause].map(([cause, { keys, error }]) => ({
    kind: 'unreadable' as const,
    id: `unreadable/${cause}`,
    streams: keys.length,
    keys: keys.slice(0, NAMED),
    error,
  }))
  return { told, singles }
}

/** One text for errors that are the same. Where it is the server's reply, whatever the command. */
function causeOf({ code, data }: NonNullable<StreamSummary['error']>): string {
  const isReply = typeof data === 'object' && data !== null && 'reply' in data && typeof data.reply === 'string'
  return `${code} ${isReply ? String(data.reply) : JSON.stringify(data)}`
}
