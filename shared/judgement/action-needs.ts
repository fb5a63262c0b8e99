import type { CapabilityName, ServerInfo } from '../model/connection'
import type { RecoveryAction } from '../model/recovery-action'
import type { References } from '../model/references'

type Kind = RecoveryAction['kind']
/** Whether the server has it, and lets this user. */
type Has = (name: CapabilityName) => boolean

const NEEDS: {
  readonly [K in Kind]: (action: Extract<RecoveryAction, { kind: K }>, has: Has) => readonly CapabilityName[]
} = {
  claim: () => ['xclaim'],
  spread: () => ['xclaim'],
  autoClaim: () => ['xautoclaim'],
  ack: () => ['xack'],
  ackDelete({ references }, has) {
    if (has('xackdel') || references !== 'KEEPREF') return ['xackdel']
    return has('eval') ? ['xack', 'xdel'] : ['xack', 'xdel', 'multi']
  },
  deadLetter: ({ deleteOriginal }, has) => copyingNeeds(deleteOriginal, has),
  requeue: ({ deleteOriginal }, has) => copyingNeeds(deleteOriginal, has),
  handle: () => ['xclaim', 'hset', 'xack'],
  release: () => ['xnack'],
}

/**
 * What a server must have and allow for an action, as it is asked for. By this the host refuses, and the page says beforehand why
 * it can't be done.
 */
export function actionNeeds(
  action: RecoveryAction,
  { capabilities }: Pick<ServerInfo, 'capabilities'>,
): readonly CapabilityName[] {
  // Keyed by the very kind; TypeScript can't follow a union's member through an index.
  const needs = NEEDS[action.kind] as (action: RecoveryAction, has: Has) => readonly CapabilityName[]
  return needs(action, (name) => capabilities[name].available)
}

/** Without scripts, a copy whose entry is not acked after all is deleted again. */
function copyingNeeds(deleteOriginal: References | undefined, has: Has): readonly CapabilityName[] {
  const copying: readonly CapabilityName[] = has('eval') ? ['xadd', 'xack'] : ['xadd', 'xack', 'xdel']
  if (deleteOriginal === undefined) return copying
  return [...new Set([...copying, deleteOriginal === 'KEEPREF' ? ('xdel' as const) : ('xdelex' as const)])]
}
