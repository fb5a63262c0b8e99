import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { monitoringEvent } from '../model/monitoring'
import { MOST_FINDINGS, MOST_REPORTS } from '../monitoring-limits'
import { snooze, snoozeAsked } from '../model/snooze'
import { looks, onConnection, prepares } from './base'

const onWatch = onConnection.extend({ watchId: z.string().min(1).max(64) })

export const monitoringContract = {
  /**
   * What the host sees of all streams of an open connection, all of it at first and then what changes, some times a second
   * at most. It goes on looking when nobody follows. Ends when the connection is closed.
   */
  watch: looks.input(onConnection).output(eventIterator(monitoringEvent)),
  /**
   * What a follower has on its screen: these streams are read first. `findings`: how many it can show. `hidden`: nobody
   * sees it just now. Unknown ids are ignored: they may have ended meanwhile.
   */
  show: looks
    .input(
      onWatch.extend({
        keys: z.array(bytes).max(MOST_REPORTS),
        findings: z.int().min(0).max(MOST_FINDINGS),
        hidden: z.boolean(),
      }),
    )
    .output(z.void()),
  /** The user asks for something: for a moment, host and server are left to it. */
  giveWay: looks.input(onConnection).output(z.void()),
  /** The findings that are not told for a while. */
  snoozes: looks.input(onConnection).output(z.array(snooze).readonly()),
  /** Does not tell a finding for so long; the reason is shown to all. Throws STORAGE. */
  snooze: prepares.input(onConnection.extend(snoozeAsked.shape)).output(z.void()),
  /** Tells it again. Throws STORAGE. */
  endSnooze: prepares.input(onConnection.extend({ findingId: z.string().min(1).max(8_192) })).output(z.void()),
  /** Reads again now, what is on screen first, then trouble, then what was not read for the longest. */
  refresh: looks.input(onConnection).output(z.void()),
}
