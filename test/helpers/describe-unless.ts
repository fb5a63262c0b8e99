import { describe, test } from 'vitest'

/** A suite, or in its place one skipped test with the reason why it can't be run here; `npm test` tells it at its end. */
export function describeUnless(whyNot: string | null, title: string, define: () => void): void {
  if (whyNot === null) describe(title, define)
  else test(title, ({ skip }) => skip(whyNot))
}
