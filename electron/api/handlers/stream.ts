import { inspectStream } from '../../services/inspection/inspection'
import { fromBuffer } from '../../redis/bytes'
import { summarizeAll } from '../../services/inspection/summaries'
import type { Base } from '../base'
import type { Services } from '../services'

export function streamHandlers({ reads: { stream }, onStream }: Base, services: Services) {
  const { connections, discovery, journal, sampler, settings } = services
  return {
    discover: stream.discover.handler(({ input, signal }) =>
      discovery.discover(input.connectionId, input.fresh, signal),
    ),
    stopDiscovery: stream.stopDiscovery.handler(({ input }) => discovery.stop(input.connectionId)),
    summaries: stream.summaries.handler(({ input: { connectionId, keys } }) =>
      summarizeAll(
        connections.topology(connectionId),
        keys,
        settings.get(),
        (key, group) => journal.touched(connectionId, key, group),
        (key, group) => journal.moved(connectionId, fromBuffer(key), fromBuffer(group)),
      ),
    ),
    info: stream.info.use(onStream).handler(({ context: { reader, key } }) => inspectStream(reader, key)),
    past: stream.past
      .use(onStream)
      .handler(async ({ input: { connectionId, key, group, stepMs, backMs, sinceMs = 0 } }) => {
        const nowMs = Date.now()
        const span = { stepMs, fromMs: Math.max(nowMs - backMs, sinceMs), toMs: nowMs }
        return { nowMs, steps: [...(await services.past(connectionId, key, span, group ?? null))] }
      }),
    samples: stream.samples
      .use(onStream)
      .handler(({ input, context }) => sampler.read(input.connectionId, context.key, input.stepMs)),
  }
}
