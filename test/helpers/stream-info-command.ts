/** The stream that this command asks XINFO STREAM of: by itself, or by the script that leaves the bodies in the server. */
export function streamAskedFor(args: readonly string[]): string | undefined {
  const [name = '', what] = args
  if (/^EVAL(SHA)?_RO$/i.test(name)) return args[4] === 'info' ? args[3] : undefined
  return /^XINFO$/i.test(name) && what === 'STREAM' ? args[2] : undefined
}

/** Whether it looks, by the script that leaves the bodies in the server (7.0+), which of some entries are gone. */
export function looksForGone([name = '', , , , what]: readonly string[]): boolean {
  return /^EVAL(SHA)?_RO$/i.test(name) && what === 'gone'
}

export function asksForStreamInfo(args: readonly string[]): boolean {
  return streamAskedFor(args) !== undefined
}
