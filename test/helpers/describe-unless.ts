import { describe, test } from 'vitest'

/** Set where a machine certainly has all that its system can give to a test (mount, prlimit, unshare): a skip is a failure there. */
const NEEDS_ALL = Boolean(process.env['SLUICE_NEEDS_ALL'])

/**
 * A suite, or in its place one skipped test with the reason why it can't be run here; `npm test` tells it at its end.
 * `optional`: also where all is needed, as for a server that nobody can rely on to be fetched.
 */
export function describeUnless(whyNot: string | null, title: string, define: () => void, optional = false): void {
  if (whyNot === null) {
    describe(title, define)
    return
  }
  test(title, ({ skip }) => {
    if (NEEDS_ALL && !optional) throw new Error(`It has to be run here, and ${whyNot}`)
    skip(whyNot)
  })
}
