import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Alert, AlertFields, AlertsNow, Telling } from '../../shared/model/alert'
import type { DeliveryOutcome, Destination, DestinationAsked } from '../../shared/model/alert-destination'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'

/** The host's alerts, and what they told lately, on all connections. */
export const useAlerts = defineStore('alerts', () => {
  /** Null: not told yet. */
  const now = shallowRef<AlertsNow | null>(null)
  const error = shallowRef<unknown>(null)
  /** What was told since this page came, each once. */
  const news = shallowRef<readonly Telling[]>([])
  let known: ReadonlySet<string> | null = null
  let stop: () => void = () => undefined

  function take(told: AlertsNow): void {
    error.value = null
    now.value = told
    const before = known
    known = new Set(told.tellings.map(({ id }) => id))
    if (before !== null) news.value = told.tellings.filter(({ id }) => !before.has(id)).toReversed()
  }

  function follow(): void {
    stop()
    const onError = (caught: unknown): void => {
      error.value = caught
    }
    stop = subscribe((signal) => api().alert.watch(undefined, { signal }), take, { onError })
  }

  const add = (fields: AlertFields): Promise<Alert> => api().alert.add(fields)
  const change = (alert: Alert): Promise<Alert> => api().alert.change(alert)
  const remove = (id: string): Promise<void> => api().alert.remove({ id })
  const addDestination = (asked: DestinationAsked): Promise<Destination> => api().alert.addDestination(asked)
  const changeDestination = (id: string, asked: DestinationAsked): Promise<Destination> =>
    api().alert.changeDestination({ ...asked, id })
  const removeDestination = (id: string): Promise<void> => api().alert.removeDestination({ id })
  const testDestination = (id: string): Promise<DeliveryOutcome> => api().alert.testDestination({ id })
  const destinations = { addDestination, changeDestination, removeDestination, testDestination }

  return { ...destinations, now, error, news, follow, add, change, remove }
})
