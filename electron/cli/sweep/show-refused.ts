import { displayName } from '../../../shared/format/display-name'
import type { SweepRow } from '../../../shared/model/sweep'
import { sweepCliWords } from '../../../shared/words/en/sweep-cli-words'
import { errorText } from '../../../shared/words/errors'
import type { Print } from '../print/print'

/** Of them so many are shown one by one. */
const MOST_SHOWN = 50

/** A group, or a whole stream, with what it refused. */
interface RefusedGroup extends Pick<SweepRow, 'key' | 'error'> {
  readonly group: SweepRow['group'] | null
}

/** `all`: how many there are, of which these are the first. */
export function showRefused(print: Print, refused: readonly RefusedGroup[], all: number): void {
  if (all === 0) return
  print.line({ text: sweepCliWords.failed(all), tone: 'bad' })
  const shown = refused.slice(0, MOST_SHOWN)
  for (const { key, group, error } of shown) {
    const where = group === null ? displayName(key) : `${displayName(key)} / ${displayName(group)}`
    if (error !== null) print.line(`    ${where}`, errorText(error))
  }
  if (all > shown.length) print.line(`    ${sweepCliWords.more(all - shown.length)}`)
}
