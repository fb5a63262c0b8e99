import { useIntervalFn } from '@vueuse/core'
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { ClaimOutcome } from '../../shared/model/claim-outcome'
import type { Job } from '../../shared/model/job'
import { KINDS } from '../../shared/model/kinds'
import { api } from '../api/client'
import { isOutage } from '../api/errors'

const EVERY_MS = 3_000
/** Five minutes. */
const MOST_LOOKS = 100

interface Following {
  readonly outcome: Readonly<ShallowRef<ClaimOutcome | null>>
  readonly isFollowing: ComputedRef<boolean>
}

/** Looks again and again at what became of what a job claimed, until none of it is pending or somebody leaves. */
export function useClaimOutcome(job: () => Job): Following {
  const outcome = shallowRef<ClaimOutcome | null>(null)
  const looks = shallowRef(0)
  const hasFailed = shallowRef(false)
  const isFollowing = computed(() => {
    const { kind, state, counts } = job()
    const { acked = 0, removed = 0, gone = 0, watched = null } = outcome.value ?? {}
    const isOver = acked + removed + gone === watched
    return KINDS[kind].followed && state !== 'running' && counts.changed > 0 && !isOver && !hasFailed.value
  })
  let isAsking = false

  async function look(): Promise<void> {
    if (!isFollowing.value || isAsking || looks.value >= MOST_LOOKS) return
    const { connectionId, recordId } = job()
    isAsking = true
    looks.value += 1
    try {
      outcome.value = await api().recovery.outcome({ connectionId, recordId })
    } catch (error) {
      // What can't be told just now is not said; out of reach, it is asked for again.
      outcome.value = null
      hasFailed.value = !isOutage(error)
    } finally {
      isAsking = false
    }
  }
  useIntervalFn(() => void look(), EVERY_MS)
  return { outcome, isFollowing: computed(() => isFollowing.value && looks.value < MOST_LOOKS) }
}
