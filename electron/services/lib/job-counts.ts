import type { JobCounts } from '../../../shared/model/job'

export const noCounts: JobCounts = { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 }

export function addCounts(a: JobCounts, b: JobCounts): JobCounts {
  return {
    changed: a.changed + b.changed,
    leftAlone: a.leftAlone + b.leftAlone,
    gone: a.gone + b.gone,
    dropped: a.dropped + b.dropped,
    unknown: a.unknown + b.unknown,
  }
}
