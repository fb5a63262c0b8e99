// Whether a Node is one of those that `engines` of a package.json names. Syntax that an old Node can read, and nothing imported: it
// goes into the packages, where it says so before anything else is read.

/** `range` is of the form `^20.19 || >=22.12`: parts of these two kinds alone. Throws on any other. */
export function isInRange(range, version) {
  const [major, minor] = version.split('.').map(Number)
  return range.split('||').some((part) => {
    const [, kind, least, leastMinor] = /^\s*(\^|>=)(\d+)\.(\d+)(?:\.0)?\s*$/.exec(part) || []
    if (kind === undefined) throw new Error(`engines: ${part} is not of a kind that is read here`)
    if (major === Number(least)) return minor >= Number(leastMinor)
    return kind === '>=' && major > Number(least)
  })
}

/** In words: `20.19, or 22.12 or newer`. */
export function inWords(range) {
  return range
    .split('||')
    .map((part) => part.replace(/\^|>=/, '').trim())
    .join(', or ')
    .concat(' or newer')
}

/** The oldest that will do, `20.19`: what a package manager is asked for. */
export function leastOf(range) {
  return /\d+\.\d+/.exec(range)[0]
}
