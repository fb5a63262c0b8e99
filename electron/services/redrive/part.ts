import type { EntryId } from '../../../shared/entry-id'
import { REDRIVE_MAX, REDRIVE_MAX_PARTS } from '../../redis/scripts/redrive'
import type { Letter } from './letter'

/** Bytes of one part, unless it is one entry. */
const PART_BYTES = 256 * 1024
/** So many parts a second, where a limit makes them small: it is kept evenly, not in bursts. */
const PARTS_PER_SECOND = 5

/** Dead letters that go to one stream, by one command or by a few that belong together. */
export interface Part {
  readonly letters: readonly Letter[]
  readonly target: Buffer
  readonly create: boolean
  /** By one script; else one command after the other. */
  readonly byScript: boolean
  /** Server time just before, ms since 1970. */
  readonly at: number
  /** What is known of it while it is under way, for when a reply is lost. */
  readonly progress: {
    /** Copies that the server confirmed. */
    readonly copies: Map<EntryId, EntryId>
    /** Entries whose XDEL was sent. */
    readonly deleteSent: Set<EntryId>
  }
}

/** How many entries the next part may have. */
export function mostOf(perSecond: number | null): number {
  return perSecond === null ? REDRIVE_MAX : Math.min(REDRIVE_MAX, Math.max(1, Math.ceil(perSecond / PARTS_PER_SECOND)))
}

/** Whether a script can write a copy with so many fields. */
export function fitsScript({ own }: Letter): boolean {
  return own + 8 <= REDRIVE_MAX_PARTS
}

/** The next letters from `at` on: at most `most`, 256 KiB, and none that no script can copy together with others. */
export function nextLetters(letters: readonly Letter[], at: number, most: number): readonly Letter[] {
  const part: Letter[] = []
  let bytes = 0
  for (const letter of letters.slice(at, at + most)) {
    const size = letter.fields.reduce((sum, each) => sum + each.length, 0)
    const isApart = !fitsScript(letter)
    if (part.length > 0 && (bytes + size > PART_BYTES || isApart)) break
    part.push(letter)
    bytes += size
    if (isApart) break
  }
  return part
}
