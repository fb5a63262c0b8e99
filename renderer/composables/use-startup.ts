import { shallowRef, watch, type ShallowRef } from 'vue'
import type { Connection } from '../../shared/model/connection'
import { linkState } from '../api/link-state'
import { useAlerts } from '../stores/alerts'
import { useRules } from '../stores/rules'
import { useConnections } from '../stores/connections'
import { useHost } from '../stores/host'
import { useJobs } from '../stores/jobs'
import { useSettings } from '../stores/settings'
import { useAddress } from './use-address'
import { useOpenConnection } from './use-open-connection'

interface Startup {
  readonly isReady: ShallowRef<boolean>
  readonly error: ShallowRef<unknown>
  start(): Promise<void>
}

/**
 * Brings the page up: what it runs on, settings, connections; then to where the address leads, back to the connection of
 * before a reload, or straight to the one that was named as Sluice was started, or the sandbox's own.
 */
export function useStartup(): Startup {
  const host = useHost()
  const settings = useSettings()
  const connections = useConnections()
  const jobs = useJobs()
  const alerts = useAlerts()
  const rules = useRules()
  const { open } = useOpenConnection()
  const isReady = shallowRef(false)
  const error = shallowRef<unknown>(null)
  const { aim } = useAddress(() => isReady.value)

  async function start(): Promise<void> {
    error.value = null
    let aimed: Connection | null
    try {
      await Promise.all([host.load(), settings.load(), connections.load()])
      jobs.follow()
      settings.follow()
      connections.follow()
      alerts.follow()
      rules.follow()
      aimed = aim()
      isReady.value = true
    } catch (cause) {
      error.value = cause
      return
    }
    const [first = null] = connections.list
    const named = connections.list.find(({ id }) => id === host.info?.opens) ?? null
    const known = aimed ?? connections.active ?? named ?? (host.info?.sandbox === true ? first : null)
    if (known) await open(known)
  }

  // A host that was started again has forgotten what was open; one that was only out of reach has not.
  watch(linkState, async ({ kind }, { kind: before }) => {
    if (kind !== 'connected' || before !== 'reconnecting') return
    if (!isReady.value) await start()
    else if (connections.active) await open(connections.active)
  })

  return { isReady, error, start }
}
