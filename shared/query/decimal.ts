const PLAIN = /^([+-]?)(\d+)(?:\.(\d+))?$/
const POWER = /^[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}$/
/** Nobody writes longer numbers; a value is somebody else's. */
const LONGEST = 400

/**
 * Less than 0, 0 or more than 0 as the first of two decimal numbers is; exact at any length, but for those with an exponent,
 * which are as exact as a double. Null where one of them is none.
 */
export function compareDecimals(a: string, b: string): number | null {
  if (a.length > LONGEST || b.length > LONGEST) return null
  const [first, second] = [PLAIN.exec(a), PLAIN.exec(b)]
  if (first && second) {
    const places = Math.max(first[3]?.length ?? 0, second[3]?.length ?? 0)
    const [one, other] = [scaled(first, places), scaled(second, places)]
    return one < other ? -1 : one > other ? 1 : 0
  }
  return isDecimal(a) && isDecimal(b) ? Number(a) - Number(b) : null
}

export function isDecimal(text: string): boolean {
  return text.length <= LONGEST && (PLAIN.test(text) || POWER.test(text))
}

function scaled([, sign = '', whole = '', part = '']: RegExpExecArray, places: number): bigint {
  const value = BigInt(whole + part.padEnd(places, '0'))
  return sign === '-' ? -value : value
}
