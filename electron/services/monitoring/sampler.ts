import type { Logger } from 'pino'
import { bytesKey } from '../../../shared/bytes'
import { isAppError } from '../../../shared/error'
import type { Samples, SampleStep } from '../../../shared/model/sample'
import { fromBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { asNumber } from '../../redis/reply'
import { parseGroupInfos } from '../../redis/xinfo'
import { createSampleRings, type Sample, type SampleRings } from './sample-rings'

const TICK_MS = 1_000
/** Watched at once per connection; the one not asked for the longest goes. */
const MAX_STREAMS = 50
const MAX_GROUPS = 32
const unknown: Sample = { length: null, groups: [] }

export interface Sampler {
  /** What is known of the stream over time; from the first call on it is watched. Throws UNREACHABLE not-open. */
  read(connectionId: string, key: Buffer, stepMs: SampleStep): Promise<Samples>
  /** Stops watching. */
  close(): void
}

export interface SamplerOptions {
  /** Throws where the connection is closed: its streams are then no longer watched. */
  readonly reader: (connectionId: string) => Reader
  readonly log: Logger
  /** For tests. ms since 1970. */
  readonly now?: () => number
}

interface Watched {
  readonly key: Buffer
  readonly rings: SampleRings
}

interface Watch {
  /** In the order last asked for. */
  readonly streams: Map<string, Watched>
  readonly timer: NodeJS.Timeout
}

/** Length, pending and lag of the streams that were asked for, once a second, while the app runs. */
export function createSampler({ reader, log, now = Date.now }: SamplerOptions): Sampler {
  const watches = new Map<string, Watch>()

  const forget = (connectionId: string): void => {
    clearInterval(watches.get(connectionId)?.timer)
    watches.delete(connectionId)
  }
  const startWatch = (connectionId: string): Watch => {
    let busy = false
    const tick = async (): Promise<void> => {
      // A server that takes longer than a second leaves a gap, not a heap of commands.
      if (busy) return
      busy = true
      try {
        await sampleAll(reader(connectionId), [...watch.streams.values()], now())
      } catch (error) {
        if (!isAppError(error, 'UNREACHABLE')) log.error({ err: error }, 'sampling failed')
        forget(connectionId)
      } finally {
        busy = false
      }
    }
    const watch: Watch = { streams: new Map(), timer: setInterval(() => void tick(), TICK_MS).unref() }
    watches.set(connectionId, watch)
    return watch
  }

  return {
    async read(connectionId, key, stepMs) {
      const open = reader(connectionId)
      const { streams } = watches.get(connectionId) ?? startWatch(connectionId)
      const name = bytesKey(fromBuffer(key))
      const known = streams.get(name)
      const watched = known ?? { key, rings: createSampleRings() }
      streams.delete(name)
      streams.set(name, watched)
      for (const oldest of streams.keys()) if (streams.size > MAX_STREAMS) streams.delete(oldest)
      if (!known) await sampleAll(open, [watched], now())
      return watched.rings.read(stepMs)
    },
    close() {
      for (const connectionId of [...watches.keys()]) forget(connectionId)
    },
  }
}

async function sampleAll(reader: Reader, streams: readonly Watched[], timeMs: number): Promise<void> {
  const samples = await readSamples(reader, streams)
  streams.forEach(({ rings }, at) => rings.add(timeMs, samples[at] ?? unknown))
}

/** Unknown, not 0, where the server didn't answer or refused. */
async function readSamples(reader: Reader, streams: readonly Watched[]): Promise<readonly Sample[]> {
  const lines = streams.flatMap(({ key }) => [['XLEN', key] as const, ['XINFO', 'GROUPS', key] as const])
  try {
    const replies = await reader.pipeline(lines)
    return streams.map((_, at) => {
      const length = replies[at * 2] ?? null
      const groups = replies[at * 2 + 1] ?? null
      // XLEN of a missing key is 0; XINFO is not fooled.
      if (length === null || groups === null || isAppError(length) || isAppError(groups)) return unknown
      return { length: asNumber(length), groups: parseGroupInfos(groups).slice(0, MAX_GROUPS).map(toGroupSample) }
    })
  } catch (error) {
    // Lost: every value of this second is unknown.
    if (isAppError(error)) return []
    throw error
  }
}

function toGroupSample({ name, pending, lag }: ReturnType<typeof parseGroupInfos>[number]): Sample['groups'][number] {
  return { name: fromBuffer(name), pending, lag: lag === null ? null : Number(lag) }
}
