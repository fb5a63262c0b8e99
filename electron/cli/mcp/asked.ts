import { quoteBytes, type Bytes } from '../../../shared/bytes'
import type { FlagName } from '../flags'
import type { Values } from '../values'

/** What a tool calls a command with. */
export interface Asked {
  /** Arguments that are names of Redis, and those that are words, by their places. */
  readonly args?: readonly Bytes[]
  readonly flags?: Partial<Record<FlagName, FlagValue>>
}
/** A list: an option that may be given several times, of words, or of names of Redis. */
type FlagValue = string | number | boolean | undefined | readonly string[] | { readonly names: readonly Bytes[] }

/** As `parseArgs` gives them; names are quoted, so that they may be of any bytes. */
export function valuesOf({ flags = {} }: Asked): Values {
  const given = Object.entries(flags).flatMap(([name, value]): [string, readonly (string | boolean)[]][] => {
    if (value === undefined || value === false) return []
    return [[name, value === true ? [true] : textsOf(value)]]
  })
  return { ...Object.fromEntries(given), quoted: [true] }
}

/** The same as words behind `sluice`, for a person to type. */
export function typed(command: string, { args = [], flags = {} }: Asked): readonly string[] {
  const options = Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false) return []
    return value === true ? [`--${name}`] : textsOf(value).flatMap((text) => [`--${name}`, text])
  })
  return [command, ...args.map(quoteBytes), ...options, '--quoted']
}

/** Only names are quoted: an id, a time or a number that is would be none. */
function textsOf(value: Exclude<FlagValue, boolean | undefined>): readonly string[] {
  if (typeof value !== 'object') return [String(value)]
  return 'names' in value ? value.names.map(quoteBytes) : value
}
