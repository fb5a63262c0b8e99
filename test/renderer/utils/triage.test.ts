import { describe, expect, it } from 'vitest'
import { bytesKey } from '../../../shared/bytes'
import { reportedRows } from '../../../renderer/utils/reported-rows'
import { rollUp } from '../../../renderer/utils/roll-up'
import { buildTree, streamName } from '../../../renderer/utils/stream-tree'
import { sortRows } from '../../../renderer/utils/triage-rows'
import { lagging, resting, stalled, summary, unknownLag } from '../../shared/judgement/judged-samples'
import { reportOf } from '../helpers/monitored'

describe('the health of a stream', () => {
  it('is summed up for folders', () => {
    const summaries = [summary('a:1', [stalled]), summary('a:2', [lagging]), summary('a:3', [])]
    const tree = buildTree(
      summaries.map(({ key }) => streamName(key)),
      ':',
    )
    const reports = new Map(summaries.map((one) => [bytesKey(one.key), reportOf(one)]))
    expect(rollUp(tree, reports).get('a:')).toEqual({ pending: 1_204, isLeast: false, health: 'bad', troubled: 2 })
  })
})

describe('the rows', () => {
  const rows = [summary('b', [unknownLag, lagging]), summary('a', [stalled, resting])].flatMap((one) =>
    reportedRows(reportOf(one)),
  )

  it('sort by any column, with what is not known last', () => {
    const byLag = (direction: 'ascending' | 'descending') =>
      sortRows(rows, { column: 'lag', direction }).map((row) => row.group.name)
    expect(byLag('descending')).toEqual(['audit', 'billing', 'checkinConsumers', 'rebuilt'])
    expect(byLag('ascending').at(-1)).toBe('rebuilt')
    expect(sortRows(rows, { column: 'group', direction: 'ascending' })[0]?.group.name).toBe('audit')
  })

  it('are the same objects until their stream is read again', () => {
    const one = reportOf(summary('a', [stalled]))
    expect(reportedRows(one)).toBe(reportedRows(one))
    expect(reportedRows(one)).not.toBe(reportedRows({ ...one }))
    expect(reportedRows(one)[0]).toMatchObject({ key: 'a', state: 'stalled-hold', backlog: [1_204], rates: null })
  })
})
