import { worse, type Health } from '../../shared/judgement/severity'
import { streamFigures } from '../../shared/judgement/stream-figures'
import { STREAM_HEALTH } from '../../shared/judgement/stream-health'
import type { Thresholds } from '../../shared/judgement/thresholds'
import type { StreamSummary } from '../../shared/model/stream'
import { memoBy } from './memo-by'
import { streamState } from './judged'
import type { StreamFolder, StreamNode } from './stream-tree'

/** What is below a folder, as far as it was read. */
export interface RollUp {
  readonly pending: number
  readonly health: Health
  /** Streams below it that are not well. */
  readonly troubled: number
}

export type RollUps = ReadonlyMap<string, RollUp>

const NOTHING: RollUp = { pending: 0, health: 'quiet', troubled: 0 }

/** A stream as what it adds to its folders. */
const rollUpOf = memoBy((summary: StreamSummary, thresholds: Thresholds): RollUp => {
  const health = STREAM_HEALTH[streamState(summary, thresholds)]
  const { pending } = streamFigures(summary)
  return { pending, health, troubled: health === 'bad' || health === 'warn' ? 1 : 0 }
})

/** The figures of every folder of the tree, in one walk. */
export function rollUp(
  nodes: readonly StreamNode[],
  records: ReadonlyMap<string, { readonly summary: StreamSummary }>,
  thresholds: Thresholds,
): RollUps {
  const found = new Map<string, RollUp>()
  const ofNode = (node: StreamNode): RollUp => {
    if (node.kind === 'folder') return ofFolder(node)
    const summary = records.get(node.id)?.summary
    return summary ? rollUpOf(summary, thresholds) : NOTHING
  }
  const ofFolder = (folder: StreamFolder): RollUp => {
    let [pending, troubled, health] = [0, 0, NOTHING.health]
    for (const child of folder.children) {
      const below = ofNode(child)
      pending += below.pending
      troubled += below.troubled
      health = worse(health, below.health)
    }
    const sum = { pending, troubled, health }
    found.set(folder.id, sum)
    return sum
  }
  for (const node of nodes) if (node.kind === 'folder') ofFolder(node)
  return found
}
