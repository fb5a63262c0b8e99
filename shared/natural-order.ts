function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** The number of leading zeros' end: where the digits that count begin, and where the run ends. */
function digitRun(text: string, from: number): { readonly start: number; readonly end: number } {
  let start = from
  while (text.charCodeAt(start) === 48 && isDigit(text.charCodeAt(start + 1))) start += 1
  let end = start
  while (isDigit(text.charCodeAt(end))) end += 1
  return { start, end }
}

/**
 * Compares names so that numbers in them count as numbers: `job:9` before `job:10`. Otherwise by code units, which is many
 * times faster than a collator over ten thousand names.
 */
export function naturalOrder(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1
  let start = at
  while (start > 0 && isDigit(a.charCodeAt(start - 1))) start -= 1
  if (isDigit(a.charCodeAt(start)) && isDigit(b.charCodeAt(start))) {
    const left = digitRun(a, start)
    const right = digitRun(b, start)
    const byLength = left.end - left.start - (right.end - right.start)
    if (byLength !== 0) return byLength
    const leftDigits = a.slice(left.start, left.end)
    const rightDigits = b.slice(right.start, right.end)
    if (leftDigits !== rightDigits) return leftDigits < rightDigits ? -1 : 1
  }
  return a < b ? -1 : a > b ? 1 : 0
}
