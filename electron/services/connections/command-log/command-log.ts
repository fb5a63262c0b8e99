import { senderKinds, type SenderKind } from '../../../../shared/model/command-log'
import type { CommandSink, SentCommand } from '../../../redis/command-tap'
import { createCommandRing, type NumberedCommand } from './command-ring'

/** Of each kind of sender: what a job sends does not push out what a person asked for. */
const MOST_ROWS = 2_000
/** In all some 6 MiB a connection, and mostly a tenth of that. */
const MOST_BYTES = 1024 * 1024

/** What was sent by one kind of sender since the host began. */
export interface SentTotals {
  commands: number
  sentBytes: number
  receivedBytes: number
}

/**
 * What was sent on one connection, to all of its servers: the newest commands by each kind of sender, in memory alone. Taking note costs some
 * microseconds a command, and nothing more while nobody looks.
 */
export interface CommandLog extends CommandSink {
  /** How many there were. */
  count(): number
  /** The newest first, those of all senders in their order; only what came after the first `after`. */
  newest(after: number): IterableIterator<NumberedCommand>
  totals(): ReadonlyMap<SenderKind, Readonly<SentTotals>>
}

export function createCommandLog(mostRows = MOST_ROWS, mostBytes = MOST_BYTES): CommandLog {
  const rings = senderKinds.map((kind) => ({ kind, ring: createCommandRing(mostRows, mostBytes) }))
  const ringOf = new Map(rings.map(({ kind, ring }) => [kind, ring]))
  const totals = new Map(senderKinds.map((kind) => [kind, { commands: 0, sentBytes: 0, receivedBytes: 0 }]))
  let count = 0

  return {
    sent(command: SentCommand) {
      const { kind } = command.by
      count += 1
      ringOf.get(kind)?.add({ n: count, command })
      const total = totals.get(kind)
      if (!total) return
      total.commands += 1
      total.sentBytes += command.sentBytes ?? 0
    },
    came({ by }, bytes) {
      const total = totals.get(by.kind)
      if (total) total.receivedBytes += bytes
    },
    count: () => count,
    *newest(after) {
      const all = rings.map(({ ring }) => ring.newest())
      const heads = all.map((each) => each.next())
      for (;;) {
        let newest = -1
        for (const [at, head] of heads.entries()) {
          if (head.done === true || head.value.n <= after) continue
          const best = heads[newest]
          if (best === undefined || best.done === true || head.value.n > best.value.n) newest = at
        }
        const taken = heads[newest]
        const from = all[newest]
        if (taken === undefined || taken.done === true || from === undefined) return
        yield taken.value
        heads[newest] = from.next()
      }
    },
    totals: () => totals,
  }
}
