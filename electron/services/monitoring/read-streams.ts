import { isAppError, type AppError } from '../../../shared/error'
import type { Settings } from '../../../shared/model/settings'
import { nameKey } from '../../redis/bytes'
import type { TimedLook } from '../../redis/stream-look'
import { byServer, type Topology } from '../../redis/topology'
import type { MovedOf } from '../inspection/held-since-moved'
import type { NeglectedOf } from '../inspection/neglected'
import type { Lookers } from './lookers'
import type { Taken } from './reading-order'
import { runNumber } from './run-number'
import type { LookTimes } from './vanished'

interface Options {
  readonly topology: Topology
  readonly lookers: Lookers
  readonly settings: () => Settings
  readonly movedOf: MovedOf
  readonly neglectedOf: NeglectedOf
  /** Which of its groups comes first, where not all are looked at in one go. */
  readonly firstOf: (id: string) => number
  readonly onLook: (key: Buffer, look: TimedLook | AppError | undefined, times: LookTimes, run: number | null) => void
  readonly ended: AbortSignal
}

/** Looks at streams, server by server. Throws what stopped it: UNREACHABLE, unless there are others that answer. */
export function createReadStreams({
  topology,
  lookers,
  settings,
  movedOf,
  neglectedOf,
  firstOf,
  onLook,
  ended,
}: Options) {
  return async ({ keys, asked }: Taken): Promise<void> => {
    const { stalledAfterMs, spareAfterMs } = settings()
    for (const [client, some] of byServer(topology, keys)) {
      const requests = some.map((key) => ({ key, first: firstOf(nameKey(key)), spareAfterMs }))
      const looker = lookers.of(client, asked)
      const run = runNumber(client.runId())
      const askedMs = Date.now()
      const looks = await looker.look(requests, stalledAfterMs, movedOf, neglectedOf).catch((error: unknown) => {
        // Where others answer, one that does not holds up its own streams alone.
        if (topology.primaries().length < 2 || !isAppError(error, 'UNREACHABLE')) throw error
        return some.map(() => error)
      })
      if (ended.aborted) return
      const times = { askedMs, atMs: Date.now() }
      some.forEach((key, at) => onLook(key, looks[at], times, run))
    }
  }
}
