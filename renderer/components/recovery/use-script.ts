import { onScopeDispose, shallowRef, watch } from 'vue'
import { api } from '../../api/client'

/** A whole script, once it is made. */
export interface WholeScript {
  readonly text: string
  readonly entries: number
  /** Of about so many; more than `entries` where it was cut. */
  readonly total: number
  readonly cut: boolean
}

/** All commands of a plan for redis-cli, gathered when asked for; stopped for good when the plan is another one. */
export function useScript(plan: () => { readonly connectionId: string; readonly id: string }) {
  const state = shallowRef<'none' | 'making' | 'failed' | 'ready'>('none')
  const progress = shallowRef<{ readonly entries: number; readonly total: number }>({ entries: 0, total: 0 })
  const script = shallowRef<WholeScript | null>(null)
  const error = shallowRef<unknown>(null)
  let controller = new AbortController()

  async function make(): Promise<void> {
    stop()
    const { signal } = controller
    const { connectionId, id: planId } = plan()
    const parts: string[] = []
    state.value = 'making'
    try {
      for await (const step of await api().recovery.script({ connectionId, planId }, { signal })) {
        if (signal.aborted) return
        progress.value = step
        if (step.state === 'part') parts.push(step.text)
        else {
          const { entries, total, cut } = step
          script.value = { text: parts.join(''), entries, total, cut }
          state.value = 'ready'
        }
      }
    } catch (caught) {
      if (signal.aborted) return
      error.value = caught
      state.value = 'failed'
    }
  }

  function stop(): void {
    controller.abort()
    controller = new AbortController()
    state.value = 'none'
    progress.value = { entries: 0, total: 0 }
    script.value = null
    error.value = null
  }

  watch(() => plan().id, stop)
  onScopeDispose(() => controller.abort())
  return { state, progress, script, error, make, stop }
}
