import { bytesKey, type Bytes } from '../../../shared/bytes'
import { fromBuffer, nameKey, toBuffer } from '../../redis/bytes'
import { isUnavailable } from '../../redis/errors'
import type { Argument, Writer } from '../../redis/reader-writer'
import { claimantsOf } from '../../redis/scripts/checked-claim'
import { serverTimeMs } from '../../redis/clock'
import { consumerInfosTimed } from '../../redis/xinfo'
import { ownSigns, ROUNDING_MS, signsOf, type MadeConsumer, type Signs, type Touches } from '../inspection/own-signs'

const TOUCHING: ReadonlySet<string> = new Set(['XCLAIM', 'XAUTOCLAIM'])

export interface TouchedWriter {
  readonly writer: Writer
  /**
   * Whom it has touched, and what they had shown before; without those that gave a sign of their own since. Reads once
   * more; empty where that can't be.
   */
  touched(): Promise<Touches>
  /**
   * Of those that it touched so far: who was not there just before, so that the claim made it. Where nothing was read, nobody. Reads nothing.
   */
  madeConsumers(): Promise<readonly MadeConsumer[]>
}

/** What a consumer was read to show before the first command that touches it. */
interface Before {
  readonly reading: Promise<Shown | null>
  /** Null: it has not come in yet. */
  shown: Shown | null
}

interface Shown {
  readonly signs: ReadonlyMap<string, Signs>
  readonly tookMs: number
}

/**
 * Takes note of the consumers that get entries by a writer. What they showed is read before the first command that
 * touches it; one that was not there then was made by that command, and is no touch: it has no sign of its own to go back to. Where XINFO CONSUMERS
 * or TIME is refused, nothing is known, and nothing else suffers. A TIME goes out right behind each command that touches:
 * what a consumer shows later than that is its own. `known`: what Sluice made them show before.
 */
export function watchTouched(
  writer: Writer,
  { key, group }: { readonly key: Bytes; readonly group: Bytes },
  known: Touches,
): TouchedWriter {
  const names = new Map<string, Bytes>()
  /** Server time by which the last command that touched it had run. */
  const touchedBy = new Map<string, number>()
  const clocks = new Set<Promise<void>>()
  let hasClock = true
  /** By consumer. */
  const befores = new Map<string, Before>()
  let last: Before | null = null

  /** Null where it is refused, makes no sense, or the connection is lost: then nothing is known. Never rejects: nobody may be waiting. */
  const read = async (without: Touches): Promise<Shown | null> => {
    try {
      const { infos, read: clock } = await consumerInfosTimed(writer.reader, toBuffer(key), toBuffer(group))
      if (clock === null) return null
      const own = ownSigns(infos, without, clock)
      const signs = new Map(own.map((info) => [nameKey(info.name), signsOf(info, clock.atMs)]))
      return { signs, tookMs: clock.tookMs }
    } catch {
      return null
    }
  }
  /** One that is not in the last reading may have come since: it is read once more. */
  const readBefore = (id: string): Before => {
    if (last !== null && (last.shown === null || last.shown.signs.has(id))) return last
    const reading = read(known)
    const before: Before = { reading, shown: null }
    void reading.then((shown) => (before.shown = shown))
    last = before
    return before
  }
  /** Commands go out in the order in which they are given: nothing is waited for, as what follows counts on that. */
  const note = (command: string, args: readonly Argument[]): readonly string[] => {
    const touches = command === 'EVAL' ? claimantsOf(args) : TOUCHING.has(command) ? args.slice(2, 3) : []
    return touches.filter(Buffer.isBuffer).map((consumer) => {
      const name = fromBuffer(consumer)
      const id = bytesKey(name)
      if (!befores.has(id)) befores.set(id, readBefore(id))
      names.set(id, name)
      return id
    })
  }
  /** Never rejects either. */
  const readClock = async (ids: readonly string[]): Promise<void> => {
    if (!hasClock || ids.length === 0) return
    try {
      const at = await serverTimeMs(writer.reader)
      for (const id of ids) touchedBy.set(id, Math.max(at, touchedBy.get(id) ?? 0))
    } catch (error) {
      // Each further refusal would be one more line of the server's log.
      if (isUnavailable(error)) hasClock = false
    }
  }
  const readings = async (): Promise<ReadonlyMap<string, Shown | null>> =>
    new Map(await Promise.all([...befores].map(async ([id, { reading }]) => [id, await reading] as const)))
  /** Commands that go out in one go have one clock behind all of them. */
  let ahead: Set<string> | null = null
  const clockBehind = (ids: readonly string[]): void => {
    if (ahead !== null) {
      for (const id of ids) ahead.add(id)
      return
    }
    const touches = new Set(ids)
    ahead = touches
    const reading = Promise.resolve()
      .then(() => {
        ahead = null
        return readClock([...touches])
      })
      .finally(() => clocks.delete(reading))
    clocks.add(reading)
  }

  return {
    writer: {
      reader: writer.reader,
      write(command, ...args) {
        const ids = note(command, args)
        const reply = writer.write(command, ...args)
        clockBehind(ids)
        return reply
      },
      async transaction(commands) {
        const ids = commands.flatMap(([command, ...args]) => note(command, args))
        // Behind its reply: MULTI itself may be tried out first.
        try {
          return await writer.transaction(commands)
        } finally {
          clockBehind(ids)
        }
      },
    },
    async touched() {
      if (names.size === 0) return []
      const was = await readings()
      const is = await read([])
      await Promise.all(clocks)
      if (is === null) return []
      return [...names].flatMap(([id, consumer]) => {
        const [earlier, stamp] = [was.get(id)?.signs.get(id), is.signs.get(id)]
        const by = touchedBy.get(id)
        const isOurs = by !== undefined && stamp !== undefined && stamp.seenAt <= by + ROUNDING_MS
        return earlier && isOurs ? [{ consumer, before: earlier, stamp, tookMs: is.tookMs }] : []
      })
    },
    async madeConsumers() {
      const was = await readings()
      await Promise.all(clocks)
      return [...names].flatMap(([id, consumer]) => {
        const shown = was.get(id) ?? null
        return shown === null || shown.signs.has(id) ? [] : [{ consumer, by: touchedBy.get(id) ?? null }]
      })
    },
  }
}
