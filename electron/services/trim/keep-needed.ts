import { compareIds } from '../../../shared/entry-id'
import { losesAny } from '../../../shared/judgement/losses'
import type { ServerInfo } from '../../../shared/model/connection'
import type { TrimNeeded, TrimPlan } from '../../../shared/model/trim-plan'
import { fromBuffer } from '../../redis/bytes'
import { MOST_GROUPS } from '../../redis/scripts/trim-unneeded'
import type { Source } from '../../redis/source'
import type { GroupInfo, StreamInfo } from '../../redis/xinfo'
import { existingIds } from '../../redis/xrange'
import { message } from '../../../shared/words/messages'
import { byId, type Cut } from './find-cut'
import { lossesOf } from './group-losses'
import { firstNeed, type Need } from './group-needs'

/**
 * How what groups need is kept while others read, claim and make groups. `script`: a look and the command in one step.
 * `acked`: the server looks at each entry itself (XDELEX ACKED, 8.2+). `commands`: a look, then the command.
 */
export type Keeping = 'script' | 'acked' | 'commands'

/** What the server, and the user's ACL, have. */
export interface Means {
  readonly eval: boolean
  readonly xdelex: boolean
}

export function meansOf({ capabilities }: ServerInfo): Means {
  return { eval: capabilities.eval.available, xdelex: capabilities.xdelex.available }
}

export function keepingBy(means: Means, groups: number): Keeping {
  if (means.eval && groups <= MOST_GROUPS) return 'script'
  return means.xdelex ? 'acked' : 'commands'
}

/** A cut that keeps what groups need, and what is to be told of it. */
export interface KeptCut {
  readonly cut: Cut
  readonly need: Need | null
  readonly keeping: Keeping
  readonly needed: TrimNeeded
}

/** `cut`: where the trim would part the stream were there no groups. */
export async function keepNeeded(
  source: Source,
  stream: StreamInfo,
  groups: readonly GroupInfo[],
  cut: Cut,
  means: Means,
): Promise<KeptCut> {
  const need = await firstNeed(source, groups)
  const kept = need === null ? cut : await capped(source, stream, cut, need)
  const isHeld = kept !== cut
  const losses = isHeld ? await lossesOf(source, stream, groups, cut) : []
  const keeping = keepingBy(means, groups.length)
  return {
    ...{ cut: kept, need, keeping },
    needed: {
      groups: groups.length,
      first: need && { ...(await positionOf(source, need)), group: fromBuffer(need.group), by: need.by },
      keeps: isHeld ? difference(cut.removes, kept.removes) : { value: 0, certainty: 'exact' },
      keptFor: losses.filter(losesAny),
      guard: { atomic: keeping !== 'commands', note: noteOf(keeping, means) },
    },
  }
}

function noteOf(keeping: Keeping, means: Means): TrimNeeded['guard']['note'] {
  if (keeping === 'script') return message('guard.trim-by-script')
  if (keeping === 'acked') return message('guard.trim-by-acked')
  return message(means.eval ? 'guard.trim-many-groups' : 'guard.trim')
}

/** The same cut where it ends before anything is needed. */
async function capped(source: Source, stream: StreamInfo, cut: Cut, { from }: Need): Promise<Cut> {
  if (cut.removes.value === 0) return cut
  const { firstKept } = cut
  if (firstKept !== null && firstKept !== undefined && compareIds(firstKept, from) <= 0) return cut
  if (firstKept === null && stream.lastId !== null && compareIds(from, stream.lastId) > 0) return cut
  const held = await byId(source, stream, from)
  if (firstKept !== undefined) return held
  // Both end farther in than a plan may read: only the run finds out which of them comes first.
  if (held.removes.certainty !== 'exact') {
    return { ...cut, removes: { value: Math.min(held.removes.value, cut.removes.value), certainty: 'atMost' } }
  }
  return held.removes.value < cut.removes.value ? held : cut
}

async function positionOf({ reader, key }: Source, { from, by }: Need) {
  const gone = by === 'pending' && !(await existingIds(reader, key, [from])).has(from)
  return { id: from, gone }
}

/** Of a bound nothing can be taken off. */
function difference(all: TrimPlan['removes'], rest: TrimPlan['removes']): TrimPlan['removes'] | null {
  if (rest.certainty !== 'exact') return null
  return { value: Math.max(0, all.value - rest.value), certainty: all.certainty === 'exact' ? 'exact' : 'estimate' }
}
