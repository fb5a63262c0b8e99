import type { Selection } from '../../../shared/model/selection'
import { cliWords } from '../../../shared/words/en/cli-words'
import { UsageError } from '../../host/usage-error'
import { CRITERIA_FLAGS, readCriteria } from '../criteria'
import type { FlagName } from '../flags'
import type { Flags } from '../values'

/** The options by which pending entries are chosen. */
export const SELECTION_FLAGS: readonly FlagName[] = ['from', 'id', 'all', ...CRITERIA_FLAGS]

/** Which pending entries are meant. Nothing goes without saying: all of them has to be asked for by `--all`. */
export function readSelection(flags: Flags): Selection {
  const ids = [...flags.ids('id')]
  const others = (['from', ...CRITERIA_FLAGS] as const).filter((name) => flags.has(name))
  if (flags.has('all')) {
    const [other] = [...(ids.length > 0 ? (['id'] as const) : []), ...others]
    if (other !== undefined) throw new UsageError(cliWords.notTogether('--all', `--${other}`))
    return { kind: 'matching', criteria: {} }
  }
  if (ids.length > 0) {
    const other = others.find((name) => name !== 'min-idle')
    if (other !== undefined) throw new UsageError(cliWords.notTogether('--id', `--${other}`))
    const minIdleMs = flags.span('min-idle')
    return { kind: 'ids', ids, ...(minIdleMs === undefined ? {} : { minIdleMs }) }
  }
  if (others.length === 0) throw new UsageError(cliWords.selectSomething)
  const criteria = readCriteria(flags, 'from')
  const [consumer, another] = criteria.consumers ?? []
  // What one consumer holds is read at its own list.
  if (others.length === 1 && consumer !== undefined && another === undefined) return { kind: 'consumer', consumer }
  return { kind: 'matching', criteria }
}
