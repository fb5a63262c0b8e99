import { onActivated, onDeactivated, onScopeDispose, shallowRef, watch } from 'vue'
import type { CommandFilter, CommandLogEvent, LoggedCommand } from '../../shared/model/command-log'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'
import { mergeCommands } from '../stores/command-rows'

/**
 * What was sent on a connection, the newest first, followed while the view is on screen. While paused it stands still, and the host is not
 * asked; another filter is then looked up once.
 */
export function useCommandLog(connectionId: () => string, filter: () => CommandFilter) {
  const rows = shallowRef<readonly LoggedCommand[]>([])
  const rates = shallowRef<CommandLogEvent['rates']>(null)
  /** So many came too fast to be told. */
  const skipped = shallowRef(0)
  const isPaused = shallowRef(false)
  const isRead = shallowRef(false)
  const error = shallowRef<unknown>(null)
  let isShown = true
  let stop: (() => void) | null = null

  function leave(): void {
    stop?.()
    stop = null
  }

  function follow(): void {
    leave()
    const id = connectionId()
    if (id === '' || !isShown) return
    error.value = null
    let isFirst = true
    stop = subscribe(
      async (signal) => {
        const events = await api().connection.commands({ connectionId: id, filter: filter() }, { signal })
        isFirst = true
        return events
      },
      (event) => {
        take(event, isFirst)
        isFirst = false
        if (isPaused.value) leave()
      },
      {
        onError: (caught) => {
          error.value = caught
        },
      },
    )
  }

  function take(event: CommandLogEvent, isFirst: boolean): void {
    rows.value = mergeCommands(isFirst ? [] : rows.value, event.commands)
    skipped.value = isFirst ? 0 : skipped.value + event.skipped
    rates.value = event.rates
    isRead.value = true
  }

  function setPaused(paused: boolean): void {
    isPaused.value = paused
    if (paused) leave()
    else follow()
  }

  watch([connectionId, filter], follow)
  onDeactivated(() => {
    isShown = false
    leave()
  })
  onActivated(() => {
    isShown = true
    if (stop === null && !isPaused.value) follow()
  })
  onScopeDispose(leave)
  follow()
  return { rows, rates, skipped, isPaused, isRead, error, setPaused, retry: follow }
}
