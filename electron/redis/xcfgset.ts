import type { Idempotence } from '../../shared/model/restore'
import type { Reader, Writer } from './reader-writer'
import { orMissing } from './missing'
import { asNumber, asRecord } from './reply'

/**
 * What a stream is set to, and tracks, so that a producer which sends the same again (XADD IDMP) adds it once; null: the
 * server has none of it (before 8.6). NOT_FOUND stream. https://redis.io/docs/latest/commands/xinfo-stream/
 */
export async function idempotenceOf(reader: Reader, key: Buffer): Promise<Idempotence | null> {
  const told = asRecord(await orMissing(reader.call('XINFO', 'STREAM', key), key))
  const figure = (name: string): number | null => {
    const value = told.get(name)
    return value === undefined || value === null ? null : asNumber(value)
  }
  const [durationSeconds, maxSize] = [figure('idmp-duration'), figure('idmp-maxsize')]
  if (durationSeconds === null || maxSize === null) return null
  const [producers, ids, added] = ['pids-tracked', 'iids-tracked', 'iids-added'].map((name) => figure(name) ?? 0)
  return { durationSeconds, maxSize, producers: producers ?? 0, ids: ids ?? 0, isUsed: (ids ?? 0) + (added ?? 0) > 0 }
}

/**
 * XCFGSET (8.6+): how long, in seconds, and how many ids of each producer a stream tracks. What it tracks is forgotten
 * where that is not what it was. NOT_FOUND stream. https://redis.io/docs/latest/commands/xcfgset/
 */
export async function setIdempotence(
  writer: Writer,
  key: Buffer,
  { durationSeconds, maxSize }: Pick<Idempotence, 'durationSeconds' | 'maxSize'>,
): Promise<void> {
  await orMissing(writer.write('XCFGSET', key, 'IDMP-DURATION', durationSeconds, 'IDMP-MAXSIZE', maxSize), key)
}
