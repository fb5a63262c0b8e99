/** All values of that name in a `Cookie` header: another server on this host may have set a second cookie of the same name beside ours. */
export function cookieValues(header: string, name: string): readonly string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}
