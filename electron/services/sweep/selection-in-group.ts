import type { RecoveryAction } from '../../../shared/model/recovery-action'
import type { SweepAction } from '../../../shared/model/rule'
import type { Selection } from '../../../shared/model/selection'
import type { SweepRequest } from '../../../shared/model/sweep'
import { fromBuffer, nameKey } from '../../redis/bytes'
import type { GroupSource } from '../../redis/source'
import type { WaitingClients } from '../../redis/waiting-clients'
import type { ConsumerInfo } from '../../redis/xinfo'
import { ownConsumerInfos } from '../inspection/groups'
import type { Touches } from '../inspection/own-signs'
import { healthOf } from '../recovery/targets/signs-of-life'
import { findEntries } from '../rules/find-entries'

/** A selection names so many consumers, and so many entries, at most. */
const MOST_CONSUMERS = 1_000
const MOST_IDS = 10_000

export interface TakenInGroup {
  readonly selection: Selection
  /** There is more of it. */
  readonly isCut: boolean
}

export interface HowStalled {
  readonly stalledAfterMs: number
  readonly touches: Touches
  /** Who waits in XREADGROUP; asked where somebody looks dead. */
  waiting(): Promise<WaitingClients | null>
}

/** What of one group a sweep takes, by reading; null: nothing. `lookUps`: of `findEntries`. Throws NOT_FOUND. */
export async function selectionInGroup(
  source: GroupSource,
  { take, action }: Pick<SweepRequest, 'take' | 'action'>,
  how: HowStalled,
  lookUps: { left: number },
): Promise<TakenInGroup | null> {
  const stalled = take.stalled ? await stalledConsumers(source, how) : null
  if (stalled?.length === 0) return null
  const { minIdleMs, minDeliveries } = take
  if (action.kind === 'ackGone') {
    const holders = stalled === null ? {} : { holders: new Set(stalled.map(({ name }) => nameKey(name))) }
    const wanted = { minIdleMs, minDeliveries, action, ...holders }
    const { ids, next, isCut } = await findEntries(source, wanted, { most: MOST_IDS, after: null, lookUps })
    const selection: Selection = { kind: 'ids', ids: [...ids], minIdleMs }
    return ids.length > 0 || isCut || next !== null ? { selection, isCut: isCut || next !== null } : null
  }
  const consumers = stalled?.slice(0, MOST_CONSUMERS).map(({ name }) => fromBuffer(name))
  const criteria = {
    ...(consumers === undefined ? {} : { consumers }),
    ...(minIdleMs === 0 ? {} : { minIdleMs }),
    ...(minDeliveries === null ? {} : { minDeliveries }),
  }
  return { selection: { kind: 'matching', criteria }, isCut: (stalled?.length ?? 0) > MOST_CONSUMERS }
}

/** Those that hold most come first. */
async function stalledConsumers(
  { reader, key, group }: GroupSource,
  { stalledAfterMs, touches, waiting }: HowStalled,
): Promise<readonly ConsumerInfo[]> {
  const infos = await ownConsumerInfos(reader, key, group, touches)
  const isStalled = (clients: WaitingClients | null) => (info: ConsumerInfo) =>
    healthOf(info, { stalledAfterMs, waiting: clients }) === 'stalled'
  const silent = infos.filter(isStalled(null))
  if (silent.length === 0) return []
  return silent.filter(isStalled(await waiting())).toSorted((a, b) => b.pending - a.pending)
}

/** As a person would ask for it in one group. */
export function actionInGroup(action: SweepAction): RecoveryAction {
  switch (action.kind) {
    case 'claim':
      return { kind: 'claim', to: action.to, includeGone: false }
    case 'spread':
      return { kind: 'spread', to: null, includeGone: false }
    case 'deadLetter':
      return { kind: 'deadLetter', stream: action.stream, reason: '', maxLen: null }
    case 'ackGone':
      return { kind: 'ack' }
    case 'release':
      return action
  }
}
