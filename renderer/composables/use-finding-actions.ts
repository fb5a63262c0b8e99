import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { sameBytes } from '../../shared/bytes'
import type { Finding, FindingOf } from '../../shared/judgement/finding'
import { firstRemedy } from '../../shared/judgement/first-remedy'
import type { Consumer } from '../../shared/model/group'
import type { RecoveryAction } from '../../shared/model/recovery-action'
import { words } from '../../shared/words/words'
import { api } from '../api/client'
import { useConnections } from '../stores/connections'
import { useJobs } from '../stores/jobs'
import { useWhyNot, useWhyNotDo } from './use-permission'
import type { RecoveryInput } from './use-recovery'

interface FindingActions {
  /** Claims all that the stalled consumer holds for the healthiest other one; null for other findings. */
  readonly reassignment: ComputedRef<RecoveryInput | null>
  readonly whyNoReassign: ComputedRef<string | null>
  /** Delivers all that the stalled consumer holds anew, where that is what helps; else null. */
  readonly requeue: ComputedRef<RecoveryInput | null>
  readonly whyNoRequeue: ComputedRef<string | null>
  /** Who else there is in the group, once `lookAround` was called. */
  readonly others: ShallowRef<readonly Consumer[]>
  lookAround(): Promise<void>
  /** Why a change of its group has to wait, in words. */
  readonly whyNotNow: ComputedRef<string | null>
}

const REQUEUE = { kind: 'requeue', stream: null, provenance: true } as const

/** What can be done about a finding at once. */
export function useFindingActions(finding: () => Finding): FindingActions {
  const connections = useConnections()
  const jobs = useJobs()
  const whyNot = useWhyNot()
  const others = shallowRef<readonly Consumer[]>([])

  const whyNotDo = useWhyNotDo()
  const ofConsumer = (action: RecoveryAction): RecoveryInput | null => {
    const one = finding()
    if (!isHeldByNobody(one)) return null
    const { key, group } = one.row
    const on = { connectionId: connections.activeId, key, group: group.name }
    return { ...on, selection: { kind: 'consumer', consumer: one.consumer }, action }
  }

  const row = computed(() => {
    const one = finding()
    return 'row' in one ? one.row : null
  })
  const isJobRunning = computed(() =>
    jobs.running.some(
      ({ connectionId, key, group }) =>
        row.value !== null &&
        connectionId === connections.activeId &&
        sameBytes(key, row.value.key) &&
        group !== null &&
        sameBytes(group, row.value.group.name),
    ),
  )

  return {
    others,
    reassignment: computed(() => ofConsumer({ kind: 'claim', to: null, includeGone: false })),
    whyNoReassign: computed(() => (isJobRunning.value ? words.finding.jobRuns : whyNot('xclaim'))),
    requeue: computed(() => {
      const one = finding()
      return isHeldByNobody(one) && firstRemedy(one) === 'requeue' ? ofConsumer(REQUEUE) : null
    }),
    whyNoRequeue: computed(() => (isJobRunning.value ? words.finding.jobRuns : whyNotDo(REQUEUE))),
    async lookAround() {
      const one = finding()
      if (!isHeldByNobody(one)) return
      const input = { connectionId: connections.activeId, key: one.row.key, group: one.row.group.name }
      try {
        const consumers = await api().group.consumers(input)
        others.value = consumers.filter(({ name }) => !sameBytes(name, one.consumer))
      } catch {
        // The preview then only offers a new consumer, and tells itself what is the matter.
        others.value = []
      }
    },
    whyNotNow: computed(() => (isJobRunning.value ? words.finding.jobRuns : null)),
  }
}

function isHeldByNobody(finding: Finding): finding is FindingOf<'stalled' | 'dead'> {
  return finding.kind === 'stalled' || finding.kind === 'dead'
}
