import { randomUUID } from 'node:crypto'
import { cliArgument, type Bytes } from '../../../shared/bytes'
import { nextId, type EntryId } from '../../../shared/entry-id'
import type { TrimPlan, TrimStrategy } from '../../../shared/model/trim-plan'
import type { References } from '../../../shared/model/references'
import { MAX_IDS } from '../../redis/batch'
import { fromBuffer } from '../../redis/bytes'
import { groupInfos, type GroupInfo } from '../../redis/xinfo'
import { findCut, type Cut } from './find-cut'
import type { Source } from '../../redis/source'
import { lossesOf } from './group-losses'
import { keepNeeded, type Keeping, type Means } from './keep-needed'
import { positionsOf, type GroupPositions } from '../inspection/group-positions'
import { takeSnapshot, type Snapshot } from '../inspection/stream-snapshot'
import { message, sentence } from '../../../shared/words/messages'

export interface TrimRequest {
  readonly connectionId: string
  readonly key: Bytes
  readonly strategy: TrimStrategy
  readonly approximate: boolean
  readonly references?: References | undefined
  readonly keepNeeded?: boolean | undefined
  readonly limit: number
}

/** A plan, and what its run has to know besides. */
export interface PreparedTrim {
  readonly plan: TrimPlan
  readonly snapshot: Snapshot
  readonly firstKept: Cut['firstKept']
  readonly delivered: GroupPositions
  /** How what groups need is kept; null: it is not to be. */
  readonly keeping: Keeping | null
  /** The first id that a group needed then; null where none did, or nobody asked. */
  readonly neededFrom: EntryId | null
}

/**
 * By reading only. Throws NOT_FOUND stream. `minId`: the server has XTRIM MINID and LIMIT (6.2+). `means`: how what groups
 * need can be kept.
 */
export async function planTrim(
  source: Source,
  asked: TrimRequest,
  minId: boolean,
  means: Means = { eval: false, xdelex: false },
): Promise<PreparedTrim> {
  const { reader, key } = source
  const snapshot = await takeSnapshot(reader, key)
  const limited = await findCut(source, snapshot.stream, asked.strategy)
  const groups = await groupInfos(reader, key)
  const kept = asked.keepNeeded ? await keepNeeded(source, snapshot.stream, groups, limited, means) : null
  const cut = kept?.cut ?? limited
  // Nothing that a group needs goes.
  const losses = kept ? groups.map(NOTHING_LOST) : await lossesOf(source, snapshot.stream, groups, cut)
  const request: TrimRequest = kept ? { ...asked, references: kept.keeping === 'acked' ? 'ACKED' : undefined } : asked
  const mode = byMode(request)
  // Where entries are removed one by one nothing more stays than was asked for: by a mode, or without MINID and LIMIT.
  const approximate = request.approximate && mode === null
  const unsure = (figure: TrimPlan['removes']): TrimPlan['removes'] =>
    ((approximate && minId) || mode === 'ACKED') && figure.value > 0 ? { ...figure, certainty: 'atMost' } : figure
  const lost = (figure: TrimPlan['removes'] | null) => (mode === 'ACKED' ? NONE : figure && unsure(figure))
  const plan: TrimPlan = {
    id: randomUUID(),
    ...request,
    approximate,
    length: snapshot.stream.length,
    removes: unsure(cut.removes),
    firstKept: cut.firstKept ?? null,
    groups: losses.map(({ name, pending, unread }) => ({
      name,
      pending: lost(pending),
      unread: lost(unread),
    })),
    ...(kept && { needed: kept.needed }),
    commands: cut.removes.value === 0 ? [] : commandLines(request, cut, snapshot, minId),
  }
  return {
    plan,
    snapshot,
    firstKept: cut.firstKept,
    delivered: positionsOf(groups),
    keeping: kept?.keeping ?? null,
    neededFrom: kept?.need?.from ?? null,
  }
}

const NONE: TrimPlan['removes'] = { value: 0, certainty: 'exact' }
const NOTHING_LOST = ({ name }: GroupInfo) => ({ name: fromBuffer(name), pending: NONE, unread: NONE })

/** The mode in which entries have to be looked at one by one; null: XTRIM keeps the references by itself. */
export function byMode({ references = 'KEEPREF' }: Pick<TrimRequest, 'references'>): 'DELREF' | 'ACKED' | null {
  return references === 'KEEPREF' ? null : references
}

/** redis-cli lines for what the run sends; the last one removes what is left of a node. */
function commandLines(
  { key, approximate, references, keepNeeded: needed, limit }: TrimRequest,
  { firstKept, going }: Cut,
  { stream }: Snapshot,
  minId: boolean,
): string[] {
  const name = cliArgument(key)
  const mode = byMode({ references })
  if (mode !== null) {
    const first = going?.slice(0, Math.min(limit, MAX_IDS)) ?? []
    return [`XDELEX ${name} ${mode} IDS ${first.length === 0 ? '…' : `${first.length} ${first.join(' ')}`}`]
  }
  const look = needed ? [`XINFO GROUPS ${name}`] : []
  const keepFrom = firstKept === null ? stream.lastId && nextId(stream.lastId) : firstKept
  if (!minId || keepFrom === null) return [...look, `XDEL ${name} ${going?.slice(0, 100).join(' ') ?? ''} …`]
  const from = keepFrom ?? sentence(message('script.first-kept'))
  const nodes = `XTRIM ${name} MINID ~ ${from} LIMIT ${limit}`
  return approximate ? [...look, nodes] : [...look, nodes, `XTRIM ${name} MINID ${from}`]
}
