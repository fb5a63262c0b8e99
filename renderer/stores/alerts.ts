import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Alert, AlertFields, Telling } from '../../shared/model/alert'
import type { DeliveryOutcome, Destination, DestinationAsked } from '../../shared/model/alert-destination'
import { api } from '../api/client'
import { createTold } from './told'

/** The host's alerts, and what they told lately, on all connections. */
export const useAlerts = defineStore('alerts', () => {
  /** What was told since this page came, each once. */
  const news = shallowRef<readonly Telling[]>([])
  let known: ReadonlySet<string> | null = null
  const { now, error, follow } = createTold(
    (signal) => api().alert.watch(undefined, { signal }),
    ({ tellings }) => {
      const before = known
      known = new Set(tellings.map(({ id }) => id))
      if (before !== null) news.value = tellings.filter(({ id }) => !before.has(id)).toReversed()
    },
  )

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
