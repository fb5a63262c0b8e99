import { computed, type ComputedRef } from 'vue'
import { sameBytes } from '../../shared/bytes'
import { useConnections } from '../stores/connections'
import { useJobs } from '../stores/jobs'
import { useTabs } from '../stores/tabs'
import type { Finding } from '../utils/findings'
import { useWhyNot } from './use-permission'
import { useRecovery } from './use-recovery'

interface FindingActions {
  /** Claims all that the stalled consumer holds for the healthiest other one. */
  reassign(): Promise<void>
  readonly whyNoReassign: ComputedRef<string | null>
  /** It is being planned, or a job is changing this group. */
  readonly isWorking: ComputedRef<boolean>
  openGroup(): void
}

/** What can be done about a finding. */
export function useFindingActions(finding: () => Finding): FindingActions {
  const connections = useConnections()
  const jobs = useJobs()
  const tabs = useTabs()
  const whyNot = useWhyNot()
  const { recover, isStarting } = useRecovery()

  const row = computed(() => {
    const one = finding()
    return one.kind === 'unreadable' ? null : one.row
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
    async reassign() {
      const one = finding()
      if (one.kind !== 'stalled') return
      await recover({
        connectionId: connections.activeId,
        key: one.row.key,
        group: one.row.group.name,
        selection: { kind: 'consumer', consumer: one.consumer },
        action: { kind: 'claim', to: null, includeGone: false },
      })
    },
    whyNoReassign: computed(() => {
      if (row.value?.group.consumers === 1)
        return 'It is the only consumer of its group. Open the group to claim for a new one'
      return whyNot('xclaim')
    }),
    isWorking: computed(() => isStarting.value || isJobRunning.value),
    openGroup() {
      if (row.value) tabs.openGroup(row.value.key, row.value.group.name)
    },
  }
}
