/** Schemes of addresses, `host:port` with a login before it, and a line of redis-cli. A name that looks so is written behind `--`. */
const SURE =
  /^(?:rediss?(?:[+-][a-z]+)*|unix|valkeys?):\/\/|^unix:\/|^[^\s/]*:[^\s/]*@[^\s/@]+:\d{1,5}(?:\/\d*)?$|^(?:redis|valkey)-cli\s/i
/** Names as `orders:1` look so as well. */
const HOST_AND_PORT = /^(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i

/** Whether it can hardly be meant for anything but an address. */
export function isAddress(word: string): boolean {
  return SURE.test(word)
}

/**
 * Parts the addresses from the arguments, of which there are so many, and no more than `most`: only what is not needed can be
 * `host:port`, the last one first, for a connection is named behind them, and once.
 */
export function partAddresses(
  words: readonly string[],
  needed: number,
  most: number,
): { readonly addresses: readonly string[]; readonly args: readonly string[] } {
  const at = words.map(isAddress)
  for (let last = words.length - 1; last >= 0; last -= 1) {
    const left = at.filter((is) => !is).length
    if (left <= needed || (left <= most && left < words.length)) break
    if (HOST_AND_PORT.test(words[last] ?? '')) at[last] = true
  }
  return { addresses: words.filter((_, n) => at[n] === true), args: words.filter((_, n) => at[n] !== true) }
}

/** `user:…@host` without what stands for the password, and nothing of a line of redis-cli but its name. */
export function withoutPassword(word: string): string {
  return word
    .replace(/^((?:redis|valkey)-cli)\s.*$/is, '$1 …')
    .replace(/^((?:[a-z][\w+-]*:\/\/)?[^:@\s]*):.*@/is, '$1:…@')
    .replace(/^([a-z][\w+-]*:\/\/[^:@/[\s]*):(?!…|\d{1,5}(?:\D|$)).*$/is, '$1:…')
}

/** A text about words of the command line, with no password that stands in one of them. */
export function hidePasswords(text: string, words: readonly string[]): string {
  return words
    .flatMap((word) => [word, word.slice(word.indexOf('=') + 1)])
    .filter((word) => withoutPassword(word) !== word)
    .sort((a, b) => b.length - a.length)
    .reduce((said, word) => said.replaceAll(word, () => withoutPassword(word)), text)
}
