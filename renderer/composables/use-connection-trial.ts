import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { TestEvent, TestStep } from '../../shared/model/connection-test'
import type { ConnectionTest } from '../stores/connections'

/** A test of a connection as it stands by now. `ended`: it has a result, or a step that failed says why it has none. */
export interface Trial {
  readonly state: 'running' | 'ended' | 'stopped'
  readonly steps: readonly TestStep[]
  readonly result: ConnectionTest | null
}

/** Null: none was begun since the form was changed. */
export function useConnectionTrial(): {
  readonly trial: Readonly<ShallowRef<Trial | null>>
  /** Ends with the trial. Throws where the host could not even begin. */
  run(open: (signal: AbortSignal) => Promise<AsyncIterable<TestEvent>>): Promise<Trial>
  stop(): void
  /** Stops it, and forgets it. */
  clear(): void
} {
  const trial = shallowRef<Trial | null>(null)
  let leave = new AbortController()

  function stop(): void {
    leave.abort()
    if (trial.value?.state === 'running') trial.value = { ...trial.value, state: 'stopped' }
  }
  function clear(): void {
    stop()
    trial.value = null
  }
  onScopeDispose(clear)

  async function run(open: (signal: AbortSignal) => Promise<AsyncIterable<TestEvent>>): Promise<Trial> {
    clear()
    leave = new AbortController()
    const { signal } = leave
    let now: Trial = { state: 'running', steps: [], result: null }
    trial.value = now
    const tell = (changes: Partial<Trial>): void => {
      now = { ...now, ...changes }
      if (!signal.aborted) trial.value = now
    }
    try {
      for await (const event of await open(signal)) {
        if (signal.aborted) break
        if (event.kind === 'result') tell({ result: event })
        else tell({ steps: now.steps.toSpliced(event.step.at, 1, event.step) })
      }
      tell({ state: 'ended' })
    } catch (error) {
      if (!signal.aborted) {
        trial.value = null
        throw error
      }
    }
    return signal.aborted ? { ...now, state: 'stopped' } : now
  }
  return { trial, run, stop, clear }
}
