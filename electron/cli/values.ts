import type { Bytes } from '../../shared/bytes'
import { completeId, type EntryId } from '../../shared/entry-id'
import { readWhen } from '../../shared/time/read-when'
import { shownZone } from '../../shared/time/shown-zone'
import { cliWords } from '../../shared/words/en/cli-words'
import { whenWords } from '../../shared/words/en/when-words'
import { UsageError } from '../host/usage-error'
import type { FlagName } from './flags'
import { readName } from './names'

/** The options of one call, read as what they mean. Each throws `UsageError` with the option and what it takes. */
export interface Flags {
  has(name: FlagName): boolean
  text(name: FlagName): string | undefined
  texts(name: FlagName): readonly string[]
  /** One of its choices. */
  choice<T extends string>(name: FlagName, choices: readonly T[]): T | undefined
  /** A name of Redis. */
  bytes(name: FlagName): Bytes | undefined
  manyBytes(name: FlagName): readonly Bytes[]
  /** A whole number from `least` to `most`. */
  number(name: FlagName, least: number, most: number): number | undefined
  /** A span of time, ms. */
  span(name: FlagName): number | undefined
  /** An id, or a time, which means its first or its last entry; without a zone it is local. */
  when(name: FlagName, bound: 'low' | 'high'): EntryId | undefined
  ids(name: FlagName): readonly EntryId[]
}

/** As `parseArgs` gives them. */
export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export function readFlags(values: Values): Flags {
  const all = (name: FlagName): readonly string[] => {
    const given = values[name]
    return Array.isArray(given) ? given.filter((each): each is string => typeof each === 'string') : []
  }
  const wrong = (name: FlagName, takes: string, given: string): UsageError =>
    new UsageError(cliWords.badValue(`--${name}`, takes, given))
  const text = (name: FlagName): string | undefined => {
    const [value, another] = all(name)
    if (another !== undefined) throw new UsageError(cliWords.givenTwice(`--${name}`))
    return value
  }
  const quoted = values['quoted'] !== undefined
  const bytes = (name: FlagName, value: string): Bytes => readName(`--${name}`, value, quoted)
  const id = (name: FlagName, value: string): EntryId => {
    const read = completeId(value, 'low')
    if (read === null) throw wrong(name, cliWords.anId, value)
    return read
  }
  const when = (name: FlagName, value: string, bound: 'low' | 'high'): EntryId => {
    const read = readWhen(value, { bound, nowMs: Date.now(), zone: shownZone() })
    if ('id' in read) return read.id
    if (read.fault.code === 'unknown') throw wrong(name, cliWords.aWhen, value)
    throw new UsageError(`--${name}: ${whenWords.fault(read.fault)}`)
  }
  return {
    has: (name) => values[name] !== undefined,
    text,
    texts: all,
    choice(name, choices) {
      const value = text(name)
      if (value === undefined) return undefined
      const found = choices.find((each) => each.toLowerCase() === value.toLowerCase())
      if (found === undefined) throw wrong(name, choices.join(', '), value)
      return found
    },
    bytes(name) {
      const value = text(name)
      return value === undefined ? undefined : bytes(name, value)
    },
    manyBytes: (name) => all(name).map((value) => bytes(name, value)),
    number(name, least, most) {
      const value = text(name)
      if (value === undefined) return undefined
      const read = /^\d{1,15}$/.test(value) ? Number(value) : NaN
      if (!(read >= least && read <= most)) throw wrong(name, cliWords.wholeNumber(least, most), value)
      return read
    },
    span(name) {
      const value = text(name)
      if (value === undefined) return undefined
      const [, digits = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(value) ?? []
      const unitMs = UNITS[unit]
      if (unitMs === undefined) throw wrong(name, cliWords.aSpan, value)
      return Math.round(Number(digits) * unitMs)
    },
    when(name, bound) {
      const value = text(name)
      return value === undefined ? undefined : when(name, value, bound)
    },
    ids: (name) => all(name).map((value) => id(name, value)),
  }
}
