import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { sameBytes } from '../../shared/bytes'
import type { Finding, FindingOf } from '../../shared/judgement/finding'
import type { Consumer } from '../../shared/model/group'
import { words } from '../../shared/words/words'
import { api } from '../api/client'
import { useConnections } from '../stores/connections'
import { useJobs } from '../stores/jobs'
import { useWhyNot } from './use-permission'
import type { RecoveryInput } from './use-recovery'

interface FindingActions {
  /** Claims all that the stalled consumer holds for the healthiest other one; null for other findings. */
  readonly reassignment: ComputedRef<RecoveryInput | null>
  readonly whyNoReassign: ComputedRef<string | null>
  /** Who else there is in the group, once `lookAround` was called. */
  readonly others: ShallowRef<readonly Consumer[]>
  lookAround(): Promise<void>
  /** Why a change of its group has to wait, in words. */
  readonly whyNotNow: ComputedRef<string | null>
}

/** What can be done about a finding at once. */
export function useFindingActions(finding: () => Finding): FindingActions {
  const connections = useConnections()
  const jobs = useJobs()
  const whyNot = useWhyNot()
  const others = shallowRef<readonly Consumer[]>([])

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
    reassignment: computed(() => {
      const one = finding()
      if (!isHeldByNobody(one)) return null
      return {
        connectionId: connections.activeId,
        key: one.row.key,
        group: one.row.group.name,
        selection: { kind: 'consumer', consumer: one.consumer },
        action: { kind: 'claim', to: null, includeGone: false },
      }
    }),
    whyNoReassign: computed(() => (isJobRunning.value ? words.finding.jobRuns : whyNot('xclaim'))),
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
