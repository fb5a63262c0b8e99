import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { ServerInfo } from '../../../shared/model/connection'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { keySlot } from '../../../shared/key-slot'
import { toBuffer } from '../../redis/bytes'
import { COPY_AND_ACK_MAX } from '../../redis/scripts/copy-and-ack'
import type { RawEntry } from '../../redis/xrange'
import { noCounts } from '../lib/job-counts'
import type { JobStep } from '../jobs/jobs'
import { runBatch, sumOf } from '../jobs/run-batch'
import { createBodyParts } from '../inspection/body-parts'
import { copyByCommands } from './copy-by-commands'
import { copyByScript } from './copy-by-script'
import type { ObservedRow } from '../inspection/observe-pending'
import { readCopiesBack } from './read-copies-back'
import type { RunContext } from '../jobs/run-context'
import type { SelectedBatch } from './selected'
import type { Sent } from '../jobs/send-commands'

/** What is to be copied where. */
export interface Copying {
  readonly target: Buffer
  /** Trims the target to about so many entries. */
  readonly maxLength: number | null
  /** Fields that follow the entry's own; null: none. `at`: server time of the reading. */
  readonly provenance: ((row: ObservedRow, at: number) => readonly Buffer[]) | null
  /** In place of the entry's own: name, value, name, value… */
  readonly fields: readonly Buffer[] | null
}

export function flatFields(fields: readonly (readonly [Bytes, Bytes])[] | undefined): readonly Buffer[] | null {
  return fields?.flatMap(([name, value]) => [toBuffer(name), toBuffer(value)]) ?? null
}

/** Entries that are copied and acked by one command, or by a few that belong together: at most 100, and 1 MiB. */
export interface CopyPart {
  readonly rows: readonly ObservedRow[]
  readonly bodies: ReadonlyMap<EntryId, RawEntry>
  readonly at: number
  /** What is known of it while it is under way, for when a reply is lost. */
  readonly progress: {
    /** Copies that the server confirmed. */
    readonly copies: Map<EntryId, EntryId>
    /** Entries whose XACK was sent, on its own or in the script. */
    readonly ackSent: Set<EntryId>
  }
}

/** In a cluster a script reaches keys of one slot only. */
export function copiesByScript({ capabilities, mode }: ServerInfo, key: Buffer, target: Buffer): boolean {
  return capabilities.eval.available && (mode !== 'cluster' || keySlot(key) === keySlot(target))
}

export function copyGuard(server: ServerInfo, key: Buffer, target: Buffer): RecoveryPlan['guard'] {
  if (copiesByScript(server, key, target)) {
    const note = 'A script looks at owner and delivery count, copies, and then acks, with nobody in between.'
    return { atomic: true, note }
  }
  const why = server.capabilities.eval.available
    ? 'The two streams lie in different slots of the cluster'
    : 'Scripts are not allowed here'
  return {
    atomic: false,
    note: `${why}: first the copies are written, then what is still as it was is acked. What moves just in between is acked too.`,
  }
}

/** Copies entries to a stream, and acks each one whose copy is confirmed. Never the other way round. */
export async function* copyOut(
  context: RunContext,
  copying: Copying,
  batches: AsyncIterable<SelectedBatch>,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { reader, key, server } = context
  const byScript = copiesByScript(server, key, copying.target)
  const parts = createBodyParts(reader, key, COPY_AND_ACK_MAX)
  let number = 0
  for await (const { observation, untouched, moved } of batches) {
    if (moved > 0) yield { done: moved, counts: { ...noCounts, leftAlone: moved } }
    for await (const { rows: all, bodies } of parts(untouched)) {
      const rows = all.filter(({ id }) => bodies.has(id))
      const gone = all.length - rows.length
      if (gone > 0) yield { done: gone, counts: { ...noCounts, gone } }
      if (signal.aborted) return
      if (rows.length === 0) continue
      const progress = { copies: new Map<EntryId, EntryId>(), ackSent: new Set<EntryId>() }
      const part: CopyPart = { rows, bodies, at: observation.at, progress }
      let failed = 0
      const send = async (): Promise<Sent> => {
        const sent = await (byScript ? copyByScript : copyByCommands)(context, copying, part)
        failed = rows.length - sumOf(sent.counts) - sent.lost.length
        return sent
      }
      const readBack = (lost: readonly EntryId[], settled: boolean) =>
        readCopiesBack(context, copying, part, lost, { byScript, settled })
      yield* runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
      // In no count: they are told of one by one.
      if (failed > 0) yield { done: failed, counts: noCounts }
      if (signal.aborted) return
    }
  }
}
