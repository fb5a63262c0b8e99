import type { ShallowRef } from 'vue'
import type { Bytes } from '../../shared/bytes'
import { sentence } from '../../shared/words/messages'
import { api } from '../api/client'
import { useJobs } from '../stores/jobs'
import type { GroupTarget } from '../stores/targets'
import { useToasts } from '../stores/toasts'
import { useAttempt } from './use-attempt'

interface RemoveMade {
  readonly isStarting: Readonly<ShallowRef<boolean>>
  /** True once its job runs; else a toast says why not. */
  remove(target: GroupTarget, consumer: Bytes): Promise<boolean>
}

/** One click removes a consumer that is there by our own doing: the host looks whether that is still so, and all it is. */
export function useRemoveMade(): RemoveMade {
  const jobs = useJobs()
  const toasts = useToasts()
  const { busy: isStarting, attempt } = useAttempt(toasts.showTrouble)

  async function start({ connectionId, key, group }: GroupTarget, consumer: Bytes): Promise<boolean> {
    const on = { connectionId, key, group }
    const change = { kind: 'remove consumer', consumer, ifMadeHere: true } as const
    const { id: planId, blocked } = await api().group.planChange({ ...on, change })
    if (blocked !== null) {
      toasts.show({ tone: 'plain', title: sentence(blocked) })
      return false
    }
    jobs.started(await api().group.change({ ...on, planId }))
    return true
  }

  return {
    isStarting,
    remove: async (target, consumer) => (await attempt(() => start(target, consumer))) ?? false,
  }
}
