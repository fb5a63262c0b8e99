import { MOST_MASKED_NAMES, MOST_NAME_CHARS } from './names'

export function namesText(names: readonly string[]): string {
  return names.join(', ')
}

/** What is typed: parted by commas or line ends. Null where there is none, too many, or one that is too long. */
export function parseNames(text: string): readonly string[] | null {
  const names = [...new Set(text.split(/[,\n]/).map((name) => name.trim()))].filter((name) => name !== '')
  const isTooMuch = names.length > MOST_MASKED_NAMES || names.some(({ length }) => length > MOST_NAME_CHARS)
  return names.length === 0 || isTooMuch ? null : names
}
