import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { ServerInfo } from '../../../shared/model/connection'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { keySlot } from '../../../shared/key-slot'
import { toBuffer } from '../../redis/bytes'
import { COPY_AND_ACK_MAX } from '../../redis/scripts/copy-and-ack'
import { noCounts } from '../lib/job-counts'
import type { JobStep } from '../jobs/job-step'
import { runBatch, sumOf } from '../jobs/run-batch'
import { createBodyParts } from '../inspection/body-parts'
import type { Copying, CopyPart } from './copy-part'
import { copyByCommands } from './copy-by-commands'
import { copyByScript } from './copy-by-script'
import { readCopiesBack } from './read-copies-back'
import type { RunContext } from '../jobs/run-context'
import type { SelectedBatch } from './selected'
import type { Sent } from '../jobs/send-commands'
import { message } from '../../../shared/words/messages'

export function flatFields(fields: readonly (readonly [Bytes, Bytes])[] | undefined): readonly Buffer[] | null {
  return fields?.flatMap(([name, value]) => [toBuffer(name), toBuffer(value)]) ?? null
}

/** In a cluster a script reaches keys of one slot only. */
export function copiesByScript({ capabilities, mode }: ServerInfo, key: Buffer, target: Buffer): boolean {
  return capabilities.eval.available && (mode !== 'cluster' || keySlot(key) === keySlot(target))
}

export function copyGuard(server: ServerInfo, key: Buffer, target: Buffer): RecoveryPlan['guard'] {
  if (copiesByScript(server, key, target)) return { atomic: true, note: message('guard.copy-by-script') }
  const mayScript = server.capabilities.eval.available
  return { atomic: false, note: message(mayScript ? 'guard.copy-across-slots' : 'guard.copy') }
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
      await copying.trim?.ceiling.before(rows.length)
      const progress = { copies: new Map<EntryId, EntryId>(), ackSent: new Set<EntryId>() }
      const part: CopyPart = { rows, bodies, at: observation.at, progress }
      let failed = 0
      let written = 0
      const send = async (): Promise<Sent> => {
        const sent = await (byScript ? copyByScript : copyByCommands)(context, copying, part)
        failed = rows.length - sumOf(sent.counts) - sent.lost.length
        written = sent.copies?.length ?? 0
        return sent
      }
      const readBack = (lost: readonly EntryId[], fenced: boolean) =>
        readCopiesBack(context, copying, part, lost, { byScript, fenced })
      yield* runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
      await copying.trim?.ceiling.after(written)
      // In no count: they are told of one by one.
      if (failed > 0) yield { done: failed, counts: noCounts }
      if (signal.aborted) return
    }
  }
}
