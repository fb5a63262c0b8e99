/** Whether a name matches a pattern: `*` any letters, `?` one; an empty pattern matches all. */
export function matcher(pattern: string): (name: string) => boolean {
  if (pattern === '') return () => true
  const parts = Array.from(pattern).map((char) => {
    if (char === '*') return '.*'
    return char === '?' ? '.' : char.replace(/[\\^$.|+()[\]{}/-]/g, '\\$&')
  })
  // Of several stars that stand side by side one is enough, and takes no time that grows by their number.
  const whole = new RegExp(`^${parts.join('').replace(/(?:\.\*)+/g, '.*')}$`, 'su')
  return (name) => whole.test(name)
}
