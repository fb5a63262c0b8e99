/**
 * Whether a name matches a pattern: `*` any letters, `?` one; an empty pattern matches all. Takes the product of their lengths at
 * the most, whatever either holds.
 */
export function matcher(pattern: string): (name: string) => boolean {
  if (pattern === '') return () => true
  const signs = Array.from(pattern.replace(/\*+/g, '*'))
  return (name) => matches(signs, Array.from(name))
}

/** Where letters don't fit, the last star takes one more: earlier ones need never take more than they did. */
function matches(signs: readonly string[], name: readonly string[]): boolean {
  let at = 0
  let sign = 0
  let star = -1
  let afterStar = 0
  while (at < name.length) {
    if (signs[sign] === '*') {
      star = sign
      sign += 1
      afterStar = at
    } else if (signs[sign] === '?' || (sign < signs.length && signs[sign] === name[at])) {
      sign += 1
      at += 1
    } else if (star >= 0) {
      sign = star + 1
      afterStar += 1
      at = afterStar
    } else return false
  }
  return sign === signs.length || (sign === signs.length - 1 && signs[sign] === '*')
}
