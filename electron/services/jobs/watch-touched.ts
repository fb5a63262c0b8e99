import { bytesKey, type Bytes } from '../../../shared/bytes'
import { isAppError } from '../../../shared/error'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { Argument, Writer } from '../../redis/reader-writer'
import { consumerInfosTimed } from '../../redis/xinfo'
import { ownSigns, signsOf, type Signs, type Touches } from '../inspection/own-signs'

const TOUCHING: ReadonlySet<string> = new Set(['XCLAIM', 'XAUTOCLAIM'])

export interface TouchedWriter {
  readonly writer: Writer
  /** Whom it has touched, and what they had shown before. Reads once more; empty where that can't be. */
  touched(): Promise<Touches>
}

interface Shown {
  readonly signs: ReadonlyMap<string, Signs>
  readonly tookMs: number
}

/**
 * Takes note of the consumers that get entries by a writer. What they showed is read before the first command that
 * touches any; one that was not there then is left out, as it has no sign of its own to go back to. Where XINFO CONSUMERS
 * or TIME is refused, nothing is known, and nothing else suffers. `known`: what Sluice made them show before.
 */
export function watchTouched(
  writer: Writer,
  { key, group }: { readonly key: Bytes; readonly group: Bytes },
  known: Touches,
): TouchedWriter {
  const names = new Map<string, Bytes>()
  let before: Promise<Shown | null> | null = null

  /** Null where it is refused, or the connection is lost: then nothing is known. */
  const read = async (without: Touches): Promise<Shown | null> => {
    try {
      const { infos, read: clock } = await consumerInfosTimed(writer.reader, toBuffer(key), toBuffer(group))
      if (clock === null) return null
      const own = ownSigns(infos, without, clock)
      const signs = new Map(own.map((info) => [bytesKey(fromBuffer(info.name)), signsOf(info, clock.atMs)]))
      return { signs, tookMs: clock.tookMs }
    } catch (error) {
      if (isAppError(error)) return null
      throw error
    }
  }
  /** Commands go out in the order in which they are given: nothing is waited for, as what follows counts on that. */
  const note = (command: string, [, , consumer]: readonly Argument[]): void => {
    if (!TOUCHING.has(command) || !Buffer.isBuffer(consumer)) return
    before ??= read(known)
    const name = fromBuffer(consumer)
    names.set(bytesKey(name), name)
  }

  return {
    writer: {
      reader: writer.reader,
      write(command, ...args) {
        note(command, args)
        return writer.write(command, ...args)
      },
      transaction(commands) {
        for (const [command, ...args] of commands) note(command, args)
        return writer.transaction(commands)
      },
    },
    async touched() {
      if (before === null) return []
      const [was, is] = [await before, await read([])]
      if (was === null || is === null) return []
      return [...names].flatMap(([id, consumer]) => {
        const [earlier, stamp] = [was.signs.get(id), is.signs.get(id)]
        return earlier && stamp ? [{ consumer, before: earlier, stamp, tookMs: is.tookMs }] : []
      })
    },
  }
}
