import type { Criteria } from '../../shared/model/selection'
import { cliWords } from '../../shared/words/en/cli-words'
import { UsageError } from '../host/usage-error'
import type { FlagName } from './flags'
import { readName } from './names'
import type { Flags } from './values'

/** The options that `readCriteria` reads, beside that which names consumers. */
export const CRITERIA_FLAGS: readonly FlagName[] = [
  ...(['min-idle', 'min-deliveries', 'max-deliveries', 'since', 'until', 'gone', 'present', 'field'] as const),
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
    from: flags.id('since', 'low'),
    to: flags.id('until', 'high'),
    presence: flags.has('gone') ? 'gone' : flags.has('present') ? 'in stream' : undefined,
    field: readField(flags),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** `NAME=VALUE`, or `NAME~VALUE`: the first of these signs parts them. */
function readField(flags: Flags): Criteria['field'] {
  const text = flags.text('field')
  if (text === undefined) return undefined
  const [, name, sign, value] = /^([^=~]*)([=~])(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new UsageError(cliWords.badValue('--field', cliWords.aField, text))
  const read = (part: string) => readName('--field', part, flags.has('quoted'))
  return { name: read(name), is: sign === '=' ? 'equals' : 'contains', value: read(value) }
}
