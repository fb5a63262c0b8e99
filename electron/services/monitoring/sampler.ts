import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import { isAppError, type AppError } from '../../../shared/error'
import type { Samples, SampleStep } from '../../../shared/model/sample'
import { fromBuffer, nameKey } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { asNumber, type Reply } from '../../redis/reply'
import { MONITORING, sentBy } from '../../redis/sent-by'
import type { Source } from '../../redis/source'
import { wireBytes } from '../../redis/wire-bytes'
import { parseGroupInfos } from '../../redis/xinfo'
import { lookMemory, type LookMemory } from '../inspection/look-memory'
import type { Spend } from '../inspection/look-request'
import type { Budget } from './budget'
import { createSampleRings, type Sample, type SampleRings } from './sample-rings'

const TICK_MS = 1_000
/** Watched at once per connection; the one not asked for the longest goes. */
const MAX_STREAMS = 50
/** What the rings of one connection may take; the same one goes. */
const MOST_RING_BYTES = 32 * 1024 * 1024
/** Not asked for within this: nobody looks at it, and it is sampled more rarely. */
const LOOKED_AT_MS = 15_000
const UNSEEN_EVERY_MS = 10_000
/** One command of a sample, with its reply, about. */
const SAMPLE_BYTES = 200
const unknown: Sample = { length: null, groups: [] }

export interface Sampler {
  /** What is known of the stream over time; from the first call on it is watched. Throws UNREACHABLE not-open. */
  read(connectionId: string, key: Buffer, stepMs: SampleStep): Promise<Samples>
  /** Stops watching. */
  close(): void
}

export interface SamplerOptions {
  /** Throws where the connection is closed: its streams are then no longer watched. */
  readonly source: (connectionId: string, key: Bytes) => Source
  /** What was seen of a stream before it is watched, the oldest first; those of each step in the order of time. */
  readonly past?: (connectionId: string, key: Buffer) => Promise<readonly PastSample[]>
  readonly budget: (connectionId: string) => Pick<Budget, 'spend' | 'room'>
  readonly log: Logger
  /** For tests. ms since 1970. */
  readonly now?: () => number
}

/** One of before it was watched, and for which step it stands. */
export interface PastSample extends Sample {
  readonly stepMs: SampleStep
  readonly atMs: number
}

interface Watched {
  readonly key: Buffer
  /** The ACL refused it, by what is known since: each further refusal would be one more line of the server's log. */
  refusedIn: LookMemory | null
  readonly rings: SampleRings
  /** What was seen of it before is in its rings, and its first sample. */
  ready: Promise<void> | null
  askedAtMs: number
  sampledAtMs: number
}

interface Watch {
  /** In the order last asked for. */
  readonly streams: Map<string, Watched>
  readonly timer: NodeJS.Timeout
}

/**
 * Length, pending and lag of the streams that were asked for, while the connection is open: XLEN and XINFO GROUPS of each,
 * once a second while somebody looks at it and once in ten seconds afterwards. At most 50 streams (100 commands a second)
 * and 32 MB per connection.
 */
export function createSampler({
  source,
  past = () => Promise.resolve([]),
  budget,
  log,
  now = Date.now,
}: SamplerOptions): Sampler {
  const watches = new Map<string, Watch>()
  const readerOf = (connectionId: string, key: Buffer): Reader => source(connectionId, fromBuffer(key)).reader
  const sampleAll = async (id: string, streams: readonly Watched[], timeMs: number, spend: Spend): Promise<void> => {
    const byReader = new Map<Reader, Watched[]>()
    for (const watched of streams) {
      const reader = readerOf(id, watched.key)
      byReader.set(reader, [...(byReader.get(reader) ?? []), watched])
    }
    await Promise.all([...byReader].map(([reader, own]) => sampleOne(reader, own, timeMs, spend)))
  }

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
        const timeMs = now()
        const due = [...watch.streams.values()]
          .filter(({ ready }) => ready === null)
          .filter(({ key, refusedIn }) => refusedIn !== lookMemory(readerOf(connectionId, key)))
          .filter(
            ({ askedAtMs, sampledAtMs }) =>
              timeMs - askedAtMs <= LOOKED_AT_MS || timeMs - sampledAtMs >= UNSEEN_EVERY_MS,
          )
          .sort((a, b) => b.askedAtMs - a.askedAtMs)
        const { room, spend } = budget(connectionId)
        const most = Math.ceil(room(SAMPLE_BYTES) / 2)
        await sampleAll(connectionId, due.slice(0, most), timeMs, spend)
        forgetBeyond(watch.streams)
      } catch (error) {
        if (!isAppError(error, 'UNREACHABLE')) log.error({ err: error }, 'sampling failed')
        forget(connectionId)
      } finally {
        busy = false
      }
    }
    const watch: Watch = {
      streams: new Map(),
      timer: setInterval(() => void sentBy(MONITORING, tick), TICK_MS).unref(),
    }
    watches.set(connectionId, watch)
    return watch
  }

  /** Nothing is added to its rings before what was seen of it. */
  const begin = (connectionId: string, key: Buffer): Watched => {
    const watched: Watched = {
      ...{ key, refusedIn: null, rings: createSampleRings(), askedAtMs: 0, sampledAtMs: 0, ready: null },
    }
    const load = async (): Promise<void> => {
      const seen = await past(connectionId, key).catch((error: unknown) => {
        log.error({ err: error }, 'what was seen of a stream could not be read')
        return []
      })
      for (const { stepMs, atMs, ...sample } of seen) watched.rings.addPast(stepMs, atMs, sample)
      await sampleAll(connectionId, [watched], now(), budget(connectionId).spend)
    }
    watched.ready = sentBy(MONITORING, load).finally(() => (watched.ready = null))
    return watched
  }

  return {
    async read(connectionId, key, stepMs) {
      readerOf(connectionId, key)
      const { streams } = watches.get(connectionId) ?? startWatch(connectionId)
      const name = nameKey(key)
      const watched = streams.get(name) ?? begin(connectionId, key)
      watched.askedAtMs = now()
      streams.delete(name)
      streams.set(name, watched)
      forgetBeyond(streams)
      await watched.ready
      return watched.rings.read(stepMs)
    },
    close() {
      for (const connectionId of [...watches.keys()]) forget(connectionId)
    },
  }
}

/** Those asked for the longest ago go, but never the last one. */
function forgetBeyond(streams: Map<string, Watched>): void {
  let bytes = [...streams.values()].reduce((sum, { rings }) => sum + rings.bytes(), 0)
  for (const [name, { rings }] of streams) {
    if (streams.size === 1 || (streams.size <= MAX_STREAMS && bytes <= MOST_RING_BYTES)) return
    bytes -= rings.bytes()
    streams.delete(name)
  }
}

/** Those that one server has. */
async function sampleOne(reader: Reader, streams: readonly Watched[], timeMs: number, spend: Spend): Promise<void> {
  const samples = await readSamples(reader, streams, spend)
  streams.forEach((watched, at) => {
    const sample = samples[at] ?? unknown
    watched.refusedIn = sample === 'refused' ? lookMemory(reader) : null
    watched.sampledAtMs = timeMs
    watched.rings.add(timeMs, sample === 'refused' ? unknown : sample)
  })
}

/** Unknown, not 0, where the server didn't answer or refused. */
async function readSamples(
  reader: Reader,
  streams: readonly Watched[],
  spend: Spend,
): Promise<readonly (Sample | 'refused')[]> {
  const lines = streams.flatMap(({ key }) => [['XLEN', key] as const, ['XINFO', 'GROUPS', key] as const])
  try {
    const replies = await reader.pipeline(lines)
    spend(lines.length, wireBytes(lines, replies))
    return streams.map((_, at) => {
      const length = replies[at * 2] ?? null
      const groups = replies[at * 2 + 1] ?? null
      if (isRefusal(length) || isRefusal(groups)) return 'refused'
      // XLEN of a missing key is 0; XINFO is not fooled.
      if (length === null || groups === null || isAppError(length) || isAppError(groups)) return unknown
      return { length: asNumber(length), groups: parseGroupInfos(groups).map(toGroupSample) }
    })
  } catch (error) {
    // Lost: every value of this second is unknown.
    if (isAppError(error)) return []
    throw error
  }
}

function isRefusal(reply: Reply | AppError): boolean {
  return isAppError(reply, 'REDIS') && reply.data.prefix === 'NOPERM'
}

function toGroupSample({ name, pending, lag }: ReturnType<typeof parseGroupInfos>[number]): Sample['groups'][number] {
  return { name: fromBuffer(name), pending, lag: lag === null ? null : Number(lag) }
}
