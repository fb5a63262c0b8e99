import { displayName } from '../../../shared/format/display-name'
import type { SweepRow } from '../../../shared/model/sweep'
import { sweepCliWords } from '../../../shared/words/en/sweep-cli-words'
import { errorText } from '../../../shared/words/errors'
import type { Print } from '../print/print'

/** Of them so many are shown one by one. */
const MOST_SHOWN = 50

/** A group, or a stream as a whole, with what it refused. */
type Row = Pick<SweepRow, 'key' | 'group' | 'error'>

/** Those of the rows that refused. `others`: groups that did besides, of which nothing more is known here. */
export function showRefused(print: Print, rows: readonly Row[], others = 0): void {
  const refused = rows.filter(({ error }) => error !== null)
  if (refused.length === 0) return
  print.line({ text: sweepCliWords.failed(refused, others), tone: 'bad' })
  for (const { key, group, error } of refused.slice(0, MOST_SHOWN)) {
    const where = group === null ? displayName(key) : `${displayName(key)} / ${displayName(group)}`
    if (error !== null) print.line(`    ${where}`, errorText(error))
  }
  const rest = Math.max(0, refused.length - MOST_SHOWN) + others
  if (rest > 0) print.line(`    ${sweepCliWords.more(rest)}`)
}
