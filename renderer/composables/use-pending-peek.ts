import { onActivated, onDeactivated, onScopeDispose, shallowRef, watch } from 'vue'
import { pendingPeek, type PendingPeek } from '../../shared/judgement/pending-peek'
import type { TriageRow } from '../../shared/judgement/triage-row'
import { api } from '../api/client'
import { useConnections } from '../stores/connections'
import { useSettings } from '../stores/settings'

/** Whose deliveries are looked at: cheap, as no entry is read. */
const DELIVERIES_OF = 200
/** Which are looked for in the stream. */
const PRESENCE_OF = 20
const MOST_GROUPS = 24
const AGAIN_AFTER_MS = 15_000

/**
 * Looks at the oldest pending entries of the groups that are worst off, for entries that fail again and again or that are
 * gone from the stream. Summaries don't tell; oldest entries do, as what fails stays behind. One call at a time.
 */
export function usePendingPeek(rows: () => readonly TriageRow[]): (groupId: string) => PendingPeek | undefined {
  const connections = useConnections()
  const settings = useSettings()
  let peeks = new Map<string, { readonly peek: PendingPeek | null; readonly atMs: number }>()
  const version = shallowRef(0)
  let controller = new AbortController()
  let isBusy = false
  let isAway = false

  function next(): TriageRow | undefined {
    const now = Date.now()
    let looked = 0
    for (const row of rows()) {
      if (row.group.pending === 0) continue
      if (now - (peeks.get(row.id)?.atMs ?? 0) > AGAIN_AFTER_MS) return row
      looked += 1
      if (looked === MOST_GROUPS) return undefined
    }
    return undefined
  }

  async function look(): Promise<void> {
    if (isBusy || isAway || connections.activeStatus?.state !== 'open') return
    isBusy = true
    const { signal } = controller
    try {
      for (let row = next(); row && !signal.aborted && !isAway; row = next()) {
        const group = { connectionId: connections.activeId, key: row.key, group: row.group.name }
        peeks.set(row.id, { peek: peeks.get(row.id)?.peek ?? null, atMs: Date.now() })
        const { poisonDeliveries } = settings.settings
        const [listed, read] = await Promise.all([
          api().pending.page({ ...group, count: DELIVERIES_OF, bodies: false }, { signal }),
          api().pending.page({ ...group, count: PRESENCE_OF, bodies: true }, { signal }),
        ])
        peeks.set(row.id, { peek: pendingPeek(listed.entries, read.entries, poisonDeliveries), atMs: Date.now() })
        version.value += 1
      }
    } catch {
      // Not allowed, gone or away: the row has what the summary tells, and its own view tells the error.
    } finally {
      isBusy = false
    }
  }

  watch(rows, () => void look(), { immediate: true })
  watch(
    () => connections.activeId,
    () => {
      controller.abort()
      controller = new AbortController()
      peeks = new Map()
      version.value += 1
    },
  )
  onActivated(() => {
    isAway = false
  })
  onDeactivated(() => {
    isAway = true
  })
  onScopeDispose(() => controller.abort())

  return (groupId) => (version.value >= 0 ? (peeks.get(groupId)?.peek ?? undefined) : undefined)
}
