import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { displayBytes, sameBytes } from '../../shared/bytes'
import type { Finding } from '../../shared/judgement/findings'
import type { Consumer } from '../../shared/model/group'
import { words } from '../../shared/words/words'
import { api } from '../api/client'
import { useConnections } from '../stores/connections'
import { useJobs } from '../stores/jobs'
import { useTabs } from '../stores/tabs'
import { useWhyNot } from './use-permission'
import type { RecoveryInput } from './use-recovery'
import { useRecoveryDialog } from './use-recovery-dialog'

interface FindingActions {
  /** Claims all that the stalled consumer holds for the healthiest other one; null for other findings. */
  readonly reassignment: ComputedRef<RecoveryInput | null>
  readonly whyNoReassign: ComputedRef<string | null>
  /** Who else there is in the group, once `lookAround` was called. */
  readonly others: ShallowRef<readonly Consumer[]>
  lookAround(): Promise<void>
  openGroup(): void
  readonly whyNoRequeue: ComputedRef<string | null>
  /** Opens the dialog that looks at a requeue of what the consumer of the finding holds. */
  requeue(): void
}

/** What can be done about a finding. */
export function useFindingActions(finding: () => Finding): FindingActions {
  const connections = useConnections()
  const jobs = useJobs()
  const tabs = useTabs()
  const whyNot = useWhyNot()
  const { subject } = useRecoveryDialog()
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
      if (one.kind !== 'stalled') return null
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
      if (one.kind !== 'stalled') return
      const input = { connectionId: connections.activeId, key: one.row.key, group: one.row.group.name }
      try {
        const consumers = await api().group.consumers(input)
        others.value = consumers.filter(({ name }) => !sameBytes(name, one.consumer))
      } catch {
        // The preview then only offers a new consumer, and tells itself what is the matter.
        others.value = []
      }
    },
    whyNoRequeue: computed(() => (isJobRunning.value ? words.finding.jobRuns : (whyNot('xadd') ?? whyNot('xack')))),
    requeue() {
      const one = finding()
      if (one.kind !== 'stalled' && one.kind !== 'stuck') return
      subject.value = {
        target: { connectionId: connections.activeId, key: one.row.key, group: one.row.group.name },
        choices: [
          {
            id: 'held',
            label: words.finding.allItHolds(displayBytes(one.consumer), one.pending),
            selection: { kind: 'consumer', consumer: one.consumer },
          },
        ],
        action: 'requeue',
      }
    },
    openGroup() {
      if (row.value) tabs.openGroup(row.value.key, row.value.group.name)
    },
  }
}
