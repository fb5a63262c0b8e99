import { worse, type Health } from '../../shared/judgement/severity'
import { streamFigures } from '../../shared/judgement/stream-figures'
import { STREAM_HEALTH } from '../../shared/judgement/stream-health'
import type { StreamReport } from '../../shared/model/monitoring'
import { memo } from './memo-by'
import type { StreamFolder, StreamNode } from './stream-tree'

/** What is below a folder, as far as it was read. */
export interface RollUp {
  readonly pending: number
  /** Not all groups were told: it is at least so many. */
  readonly isLeast: boolean
  readonly health: Health
  /** Streams below it that are not well. */
  readonly troubled: number
}

export type RollUps = ReadonlyMap<string, RollUp>

const NOTHING: RollUp = { pending: 0, isLeast: false, health: 'quiet', troubled: 0 }

/** A stream as what it adds to its folders. */
const rollUpOf = memo(({ summary, state }: Pick<StreamReport, 'summary' | 'state'>): RollUp => {
  const health = STREAM_HEALTH[state]
  const { pending, isLeast } = streamFigures(summary)
  return { pending, isLeast, health, troubled: health === 'bad' || health === 'warn' ? 1 : 0 }
})

/** The figures of every folder of the tree, in one walk. */
export function rollUp(
  nodes: readonly StreamNode[],
  reports: ReadonlyMap<string, Pick<StreamReport, 'summary' | 'state'>>,
): RollUps {
  const found = new Map<string, RollUp>()
  const ofNode = (node: StreamNode): RollUp => {
    if (node.kind === 'folder') return ofFolder(node)
    const report = reports.get(node.id)
    return report ? rollUpOf(report) : NOTHING
  }
  const ofFolder = (folder: StreamFolder): RollUp => {
    let [pending, troubled, health, isLeast] = [0, 0, NOTHING.health, false]
    for (const child of folder.children) {
      const below = ofNode(child)
      pending += below.pending
      troubled += below.troubled
      isLeast ||= below.isLeast
      health = worse(health, below.health)
    }
    const sum = { pending, isLeast, troubled, health }
    found.set(folder.id, sum)
    return sum
  }
  for (const node of nodes) if (node.kind === 'folder') ofFolder(node)
  return found
}
