import { fromBuffer } from '../../redis/bytes'
import type { Bytes } from '../../../shared/bytes'
import type { SampleStep } from '../../../shared/model/sample'
import type { Monitoring } from './monitoring'
import type { PastSample } from './sampler'

/** By which steps the past is shown, and how far back. */
const SPANS: readonly { readonly stepMs: SampleStep; readonly backMs: number }[] = [
  { stepMs: 10_000, backMs: 2 * 3_600_000 },
  { stepMs: 60_000, backMs: 24 * 3_600_000 },
  { stepMs: 600_000, backMs: 30 * 24 * 3_600_000 },
]

type Kept = Omit<PastSample, 'stepMs'>
export type ReadKept = (
  connectionId: string,
  key: Bytes,
  span: { readonly stepMs: number; readonly fromMs: number; readonly toMs: number },
) => Promise<readonly Kept[]>

/** What was seen of a stream before it is looked at: what the disk has of it; by the minute, where it has nothing, what the walk has seen since. */
export function createRemembered({ past }: Pick<Monitoring, 'past'>, readKept: ReadKept) {
  return async (connectionId: string, key: Buffer): Promise<readonly PastSample[]> => {
    const toMs = Date.now()
    const all: PastSample[] = []
    for (const { stepMs, backMs } of SPANS) {
      const kept = await readKept(connectionId, fromBuffer(key), { stepMs, fromMs: toMs - backMs, toMs })
      const seen =
        stepMs !== 60_000 || kept.length > 0
          ? kept
          : past(connectionId, key).map(([atMs, sample]) => ({ atMs, ...sample }))
      all.push(...seen.map((each) => ({ ...each, stepMs })))
    }
    return all
  }
}
