import { cliArgument, type Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { BATCH } from './observe'

/** redis-cli lines for what a run sends, up to the first batches; `more` stands for those that follow. */
function lines(ids: readonly EntryId[], line: (batch: readonly EntryId[]) => string): readonly string[] {
  const written: string[] = []
  for (let at = 0; at < ids.length; at += BATCH) written.push(line(ids.slice(at, at + BATCH)))
  return written
}

export function claimLines(
  key: Bytes,
  group: Bytes,
  to: Bytes,
  minIdleMs: number,
  ids: readonly EntryId[],
): readonly string[] {
  const head = `XCLAIM ${cliArgument(key)} ${cliArgument(group)} ${cliArgument(to)} ${minIdleMs}`
  return lines(ids, (batch) => `${head} ${batch.join(' ')} JUSTID`)
}

export function ackLines(key: Bytes, group: Bytes, ids: readonly EntryId[]): readonly string[] {
  return lines(ids, (batch) => `XACK ${cliArgument(key)} ${cliArgument(group)} ${batch.join(' ')}`)
}
