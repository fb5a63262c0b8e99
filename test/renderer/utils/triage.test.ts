import { describe, expect, it } from 'vitest'
import { bytesKey } from '../../../shared/bytes'
import type { GroupSample } from '../../../shared/judgement/rates'
import { withSample } from '../../../renderer/utils/group-history'
import { triageRows } from '../../../renderer/utils/judged'
import { rollUp } from '../../../renderer/utils/roll-up'
import { buildTree, streamName } from '../../../renderer/utils/stream-tree'
import { sortRows } from '../../../renderer/utils/triage-rows'
import { lagging, resting, stalled, summary, thresholds, unknownLag } from '../../shared/judgement/judged-samples'

describe('the health of a stream', () => {
  it('is summed up for folders', () => {
    const summaries = [summary('a:1', [stalled]), summary('a:2', [lagging]), summary('a:3', [])]
    const tree = buildTree(
      summaries.map(({ key }) => streamName(key)),
      ':',
    )
    const records = new Map(summaries.map((one) => [bytesKey(one.key), { summary: one }]))
    expect(rollUp(tree, records, thresholds).get('a:')).toEqual({ pending: 1_204, health: 'bad', troubled: 2 })
  })
})

describe('the rows', () => {
  const rows = [summary('b', [unknownLag, lagging]), summary('a', [stalled, resting])].flatMap((one) =>
    triageRows(one, thresholds),
  )

  it('sort by any column, with what is not known last', () => {
    const byLag = (direction: 'ascending' | 'descending') =>
      sortRows(rows, { column: 'lag', direction }).map((row) => row.group.name)
    expect(byLag('descending')).toEqual(['audit', 'billing', 'checkinConsumers', 'rebuilt'])
    expect(byLag('ascending').at(-1)).toBe('rebuilt')
    expect(sortRows(rows, { column: 'group', direction: 'ascending' })[0]?.group.name).toBe('audit')
  })

  it('are the same objects until their stream is read again', () => {
    const one = summary('a', [stalled])
    expect(triageRows(one, thresholds)).toBe(triageRows(one, thresholds))
    expect(triageRows(one, thresholds)).not.toBe(triageRows(one, { ...thresholds }))
  })
})

describe('rates', () => {
  it('are kept over a bounded time', () => {
    let samples: readonly GroupSample[] = []
    for (let second = 0; second < 100; second += 1) {
      samples = withSample(samples, { atMs: second * 1_000, pending: 0, lag: 0, entriesRead: 0 })
    }
    expect(samples).toHaveLength(30)
    expect(samples.at(-1)?.atMs).toBe(99_000)
  })
})
