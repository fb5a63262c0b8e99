/** The stream that this command asks XINFO STREAM of: by itself, or by the script that leaves the bodies in the server. */
export function streamAskedFor(args: readonly string[]): string | undefined {
  const [name = '', what] = args
  if (/^EVAL(SHA)?_RO$/i.test(name)) return args[4] === 'info' ? args[3] : undefined
  return /^XINFO$/i.test(name) && what === 'STREAM' ? args[2] : undefined
}

export function asksForStreamInfo(args: readonly string[]): boolean {
  return streamAskedFor(args) !== undefined
}
