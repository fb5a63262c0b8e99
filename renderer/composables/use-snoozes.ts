import type { Finding } from '../../shared/judgement/finding'
import type { Snooze } from '../../shared/model/snooze'
import { api } from '../api/client'
import { useConnections } from '../stores/connections'
import { useToasts } from '../stores/toasts'

interface Snoozes {
  /** False: it failed, which a toast says. */
  snooze(finding: Finding, reason: string, forMs: number): Promise<boolean>
  end(findingId: string): Promise<boolean>
  /** Null: they could not be read, which a toast says. */
  list(): Promise<readonly Snooze[] | null>
}

/** Findings that are not told for a while, of the connection on the screen; the same for all who look at it. */
export function useSnoozes(): Snoozes {
  const connections = useConnections()
  const toasts = useToasts()

  async function orToast<T>(call: () => Promise<T>): Promise<{ readonly value: T } | null> {
    try {
      return { value: await call() }
    } catch (error) {
      toasts.showTrouble(error)
      return null
    }
  }
  const connectionId = (): string => connections.activeId

  return {
    async snooze(finding, reason, forMs) {
      const asked = { connectionId: connectionId(), findingId: finding.id, ...subjectOf(finding), reason, forMs }
      return (await orToast(() => api().monitoring.snooze(asked))) !== null
    },
    async end(findingId) {
      return (await orToast(() => api().monitoring.endSnooze({ connectionId: connectionId(), findingId }))) !== null
    },
    async list() {
      return (await orToast(() => api().monitoring.snoozes({ connectionId: connectionId() })))?.value ?? null
    },
  }
}

function subjectOf(finding: Finding): Pick<Snooze, 'kind' | 'key' | 'group'> {
  const { kind } = finding
  if ('row' in finding) return { kind, key: finding.row.key, group: finding.row.group.name }
  return { kind, key: 'key' in finding ? finding.key : null, group: null }
}
