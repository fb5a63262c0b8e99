import type { Criteria } from '../../shared/model/selection'
import { cliWords } from '../../shared/words/en/cli-words'
import { UsageError } from '../host/usage-error'
import { readBounds } from './bounds'
import type { FlagName } from './flags'
import { readFind } from './read-find'
import type { Flags } from './values'

/** The options that `readCriteria` reads, beside that which names consumers. */
export const CRITERIA_FLAGS: readonly FlagName[] = [
  ...(['min-idle', 'min-deliveries', 'max-deliveries', 'since', 'until', 'gone', 'present', 'find'] as const),
]
const MOST_DELIVERIES = 1_000_000_000

/** What pending entries have to be like, as it was asked for; `consumers`: the option that names them. */
export function readCriteria(flags: Flags, consumers: FlagName): Criteria {
  if (flags.has('gone') && flags.has('present')) throw new UsageError(cliWords.oneOf(['gone', 'present']))
  const all: { readonly [K in keyof Criteria]-?: Criteria[K] | undefined } = {
    consumers: flags.has(consumers) ? [...flags.manyBytes(consumers)] : undefined,
    minIdleMs: flags.span('min-idle'),
    minDeliveries: flags.number('min-deliveries', 0, MOST_DELIVERIES),
    maxDeliveries: flags.number('max-deliveries', 0, MOST_DELIVERIES),
    ...readBounds(flags),
    presence: flags.has('gone') ? 'gone' : flags.has('present') ? 'in stream' : undefined,
    query: readFind(flags),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
