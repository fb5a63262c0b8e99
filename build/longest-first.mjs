import { BaseSequencer } from 'vitest/node'

/**
 * What takes longest of its order, longest first. A clean clone knows no times, and vitest then goes by the size of a file, which
 * says nothing of one whose tests are made from a list: begun last, it kept one processor busy when all others were done.
 */
export const LONGEST = [
  'e2e/axe-1-of-2',
  'e2e/axe-2-of-2',
  'e2e/desktop-shell',
  'e2e/pending-pages',
  'e2e/failover',
  'e2e/binary-names',
  'e2e/recover-jobs',
  'e2e/rules',
]

/** The files of each order: those named above, then the rest as vitest has them. */
export class LongestFirst extends BaseSequencer {
  /** @param {import('vitest/node').TestSpecification[]} files */
  async sort(files) {
    const inTurn = await super.sort(files)
    return inTurn.toSorted((a, b) => orderOf(a) - orderOf(b) || rankOf(a) - rankOf(b))
  }
}

/** @param {import('vitest/node').TestSpecification} file */
const orderOf = ({ project }) => project.config.sequence.groupOrder

/** @param {import('vitest/node').TestSpecification} file */
function rankOf({ moduleId }) {
  const at = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
  return at < 0 ? LONGEST.length : at
}
