import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { LONGEST_PAST_MS, pastStep, pastUntilNow } from '../model/past'
import { samples, sampleStep } from '../model/sample'
import { discoveryEvent, stream, streamSummary } from '../model/stream'
import { looks, onConnection, onStream } from './base'

export const streamContract = {
  /**
   * Joins the search for streams that runs on this connection, or starts one; all found so far comes first. `fresh`
   * starts over. Leaving does not stop it: `stopDiscovery` does.
   */
  discover: looks.input(onConnection.extend({ fresh: z.boolean() })).output(eventIterator(discoveryEvent)),
  stopDiscovery: looks.input(onConnection).output(z.void()),
  /** In the order asked for, one per key. */
  summaries: looks.input(onConnection.extend({ keys: z.array(bytes).min(1).max(200) })).output(z.array(streamSummary)),
  info: looks.input(onStream).output(stream),
  /**
   * What was seen of it at each step, the oldest first, also before it was opened, of one group where one is named; as it is kept.
   * The step that is not over yet is left out, and so are those in which nobody looked at it. `backMs`: how far back from now; `sinceMs`: no
   * farther than this.
   */
  past: looks
    .input(
      onStream.extend({
        group: bytes.optional(),
        stepMs: pastStep,
        backMs: z.int().positive().max(LONGEST_PAST_MS),
        sinceMs: z.number().optional(),
      }),
    )
    .output(pastUntilNow),
  /** Length, pending and lag over the time watched. Asking keeps the stream watched. */
  samples: looks.input(onStream.extend({ stepMs: sampleStep })).output(samples),
}
