import type { EntryId } from '../../shared/entry-id'
import { askWithoutBodies } from './read-script'
import type { Reader } from './reader-writer'
import { asId, asList, asNumber } from './reply'

/** What one command looks at, about: a millisecond or two of the server's time. */
const MOST_AT_ONCE = 1_000
const MOST_BYTES = 1024 * 1024
/** Entries of which so few take that much are large: the server has to copy them all. */
const FEW = 16

/** Of ids that were looked for, one after the other, as far as entries are not large. */
interface GoneIds {
  readonly gone: readonly EntryId[]
  /** So many of the ids, from the first on. */
  readonly looked: number
  /** So many commands it took. */
  readonly commands: number
}

/**
 * Which of these ids, which ascend, are not in the stream, by a script that leaves the bodies where they are, in so many commands at most.
 * Null: this server, or its ACL, has none (before 7.0). Throws REDIS, UNREACHABLE.
 */
export async function goneIdsByScript(
  reader: Reader,
  key: Buffer,
  ids: readonly EntryId[],
  most: number,
): Promise<GoneIds | null> {
  const gone: EntryId[] = []
  let [at, commands, isLarge] = [0, 0, false]
  while (at < ids.length && commands < most && !isLarge) {
    const part = ids.slice(at, at + MOST_AT_ONCE)
    const told = await askWithoutBodies(reader, key, 'XRANGE', ['gone', MOST_BYTES, ...part])
    if (told === null) return null
    const [looked, missing] = asList(told)
    at += asNumber(looked)
    commands += 1
    isLarge = asNumber(looked) < Math.min(FEW, part.length)
    gone.push(...asList(missing ?? []).map(asId))
  }
  return { gone, looked: at, commands }
}
