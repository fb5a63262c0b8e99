import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expiredFiles, type SavedFile } from '../../../shared/judgement/backup-retention'

const DAY = 86_400_000
const NOW = 1_000 * DAY
const file = (name: string, days: number, bytes = 1, isNeeded = false): SavedFile => ({
  ...{ name, bytes, isNeeded },
  changedAt: NOW - days * DAY,
})
const names = (files: readonly SavedFile[]): readonly string[] => files.map(({ name }) => name)

describe('which saved files go', () => {
  const files = fc.array(
    fc.record({
      name: fc.uuid(),
      bytes: fc.nat(100),
      changedAt: fc.integer({ min: NOW - 100 * DAY, max: NOW + DAY }),
      isNeeded: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  const limits = fc.record({ keepDays: fc.nat(60), keepBytes: fc.nat(400) })

  test('is never one that is needed or of the last week, and no more than the limits ask for', () => {
    fc.assert(
      fc.property(files, limits, (all, { keepDays, keepBytes }) => {
        const gone = new Set(expiredFiles(all, { keepDays, keepBytes }, NOW))
        const free = all.filter(({ isNeeded, changedAt }) => !isNeeded && NOW - changedAt > 7 * DAY)
        for (const each of gone) expect(free).toContain(each)
        const isTooOld = ({ changedAt }: SavedFile) => keepDays > 0 && NOW - changedAt > keepDays * DAY
        for (const each of free) if (isTooOld(each)) expect(gone.has(each)).toBe(true)
        const rest = all.filter((each) => !gone.has(each)).reduce((sum, { bytes }) => sum + bytes, 0)
        // All that may go is gone, or the rest is within the limit.
        if (keepBytes > 0 && free.some((each) => !gone.has(each))) expect(rest).toBeLessThanOrEqual(keepBytes)
        // The youngest that went for its size would not fit.
        const forSize = [...gone].filter((each) => !isTooOld(each)).sort((a, b) => b.changedAt - a.changedAt)
        if (forSize[0] !== undefined) expect(rest + forSize[0].bytes).toBeGreaterThan(keepBytes)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['nothing without limits', { keepDays: 0, keepBytes: 0 }, []],
    ['the old ones', { keepDays: 30, keepBytes: 0 }, ['old']],
    ['the oldest, until the rest is within the limit', { keepDays: 0, keepBytes: 25 }, ['old', 'middle']],
    ['not those of the last week, however much they are', { keepDays: 1, keepBytes: 1 }, ['old', 'middle']],
  ])('is %s', (_what, some, gone) => {
    const all = [file('new', 2, 10), file('old', 90, 10), file('needed', 99, 10, true), file('middle', 20, 10)]
    expect(names(expiredFiles(all, some, NOW))).toEqual(gone)
  })

  test('what is staged for an import takes no room from the others, and goes after a day', () => {
    const staged = (name: string, days: number, isNeeded = false) => ({
      ...file(name, days, 100, isNeeded),
      isStaged: true,
    })
    const all = [staged('now', 0.5), staged('left', 2), staged('begun', 2, true), file('old', 20, 10)]
    expect(names(expiredFiles(all, { keepDays: 0, keepBytes: 150 }, NOW))).toEqual(['left'])
    expect(names(expiredFiles(all, { keepDays: 0, keepBytes: 50 }, NOW))).toEqual(['left', 'old'])
  })
})
