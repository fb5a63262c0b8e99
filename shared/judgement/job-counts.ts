import type { JobCounts } from '../model/job'

export const noCounts: JobCounts = { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 }

export function addCounts(a: JobCounts, b: JobCounts): JobCounts {
  return {
    changed: a.changed + b.changed,
    leftAlone: a.leftAlone + b.leftAlone,
    gone: a.gone + b.gone,
    dropped: a.dropped + b.dropped,
    unknown: a.unknown + b.unknown,
    ...beside(a, b),
  }
}

const BESIDE = ['written', 'kept', 'wasGone', 'hashesBack', 'hashesLeft'] as const

/** Those that not every kind has: absent where neither has it. */
function beside(a: JobCounts, b: JobCounts): Partial<JobCounts> {
  const sums = BESIDE.filter((name) => a[name] !== undefined || b[name] !== undefined)
  return Object.fromEntries(sums.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]))
}

/** Of all entries that are in some count, each once. */
export function sumOf({ changed, leftAlone, gone, dropped, unknown }: JobCounts): number {
  return changed + leftAlone + gone + dropped + unknown
}
