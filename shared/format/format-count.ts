import type { Count } from '../count'
import { units } from '../words/units'

const NARROW_SPACE = '\u202f'

/** All digits, in groups of three with narrow no-break spaces: "12 431". Exact for bigints too. */
export function formatCount(value: Count): string {
  const digits = (typeof value === 'bigint' ? value : BigInt(Math.trunc(value))).toString()
  const sign = digits.startsWith('-') ? '−' : ''
  return sign + digits.replace('-', '').replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE)
}

const STEPS: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
]

/** At most four characters of digits, for tight places: "950", "1.2 k", "18.9 k", "512 k", "4 M". Rounded. */
export function formatCompact(value: Count): string {
  const number = Number(value)
  for (const [step, name] of STEPS) {
    // What would be rounded to 1000 of a unit is 1 of the next.
    if (Math.round((Math.abs(number) / step) * 1_000) < 1_000) continue
    const scaled = number / step
    const shown = Math.abs(scaled) < 99.95 ? Math.round(scaled * 10) / 10 : Math.round(scaled)
    return `${shown}${NARROW_SPACE}${name}`
  }
  return formatCount(value)
}

/** Forms of a word by the category of its number; a language with more of them has more. */
export type PluralForms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

/** How a language chooses among forms. */
export function pluralsOf(language: string): (value: Count, forms: PluralForms) => string {
  const rules = new Intl.PluralRules(language)
  return (value, forms) => forms[rules.select(Number(value))] ?? forms.other
}

/** The form that goes with a number: "is" with 1, "are" with 2. */
export const pluralForm = pluralsOf(units.language)

/** "1 entry", "12 431 entries". */
export function formatNoun(value: Count, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${pluralForm(value, { one, other: many })}`
}
