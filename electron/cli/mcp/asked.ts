import { quoteBytes, type Bytes } from '../../../shared/bytes'
import type { FlagName } from '../flags'
import type { Values } from '../values'

/** What a tool calls a command with. */
export interface Asked {
  /** Arguments that are names of Redis, and those that are words, by their places. */
  readonly args?: readonly Bytes[]
  readonly flags?: Partial<Record<FlagName, FlagValue>>
}
type FlagValue = string | number | boolean | undefined | { readonly names: readonly Bytes[] }

/** As `parseArgs` gives them; names are quoted, so that they may be of any bytes. */
export function valuesOf({ flags = {} }: Asked): Values {
  const given = Object.entries(flags).flatMap(([name, value]): [string, readonly (string | boolean)[]][] => {
    if (value === undefined || value === false) return []
    if (value === true) return [[name, [true]]]
    const texts = typeof value === 'object' ? value.names.map(quoteBytes) : [String(value)]
    return [[name, texts]]
  })
  return { ...Object.fromEntries(given), quoted: [true] }
}

/** The same as words behind `sluice`, for a person to type. */
export function typed(command: string, { args = [], flags = {} }: Asked): readonly string[] {
  const options = Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false) return []
    if (value === true) return [`--${name}`]
    const texts = typeof value === 'object' ? value.names.map(quoteBytes) : [String(value)]
    return texts.flatMap((text) => [`--${name}`, text])
  })
  return [command, ...args.map(quoteBytes), ...options, '--quoted']
}
