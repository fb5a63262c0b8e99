import { onScopeDispose, shallowRef, watch } from 'vue'
import { compareIds, type EntryId } from '../../shared/entry-id'
import type { Group } from '../../shared/model/group'
import type { PendingEntry } from '../../shared/model/pending'
import { api } from '../api/client'
import type { StreamTarget } from '../stores/targets'

/** How a group stands with one entry. Not pending and before the last delivered id: acked, most likely, or skipped. */
export type Standing =
  | { readonly kind: 'pending'; readonly group: Group; readonly entry: PendingEntry }
  | { readonly kind: 'unread' | 'notPending' | 'notRead'; readonly group: Group }

/** Each group costs a reading of its own. */
const MOST_GROUPS = 20

/** What each group of the stream has made of an entry: holds it pending, has not got to it yet, or neither. */
export function useEntryStanding(target: () => StreamTarget, id: () => EntryId) {
  const standings = shallowRef<readonly Standing[]>([])
  const moreGroups = shallowRef(0)
  let controller = new AbortController()

  async function standing(group: Group, signal: AbortSignal): Promise<Standing> {
    if (compareIds(id(), group.lastDeliveredId) > 0 && group.pending === 0) return { kind: 'unread', group }
    try {
      const { connectionId, key } = target()
      const { entries } = await api().pending.page(
        { connectionId, key, group: group.name, from: id(), count: 1, bodies: false },
        { signal },
      )
      const entry = entries.find((one) => one.id === id())
      if (entry) return { kind: 'pending', group, entry }
      return { kind: compareIds(id(), group.lastDeliveredId) > 0 ? 'unread' : 'notPending', group }
    } catch {
      // The entry's own error is told by the drawer; of a group that can't be read nothing is claimed.
      return { kind: 'notRead', group }
    }
  }

  // Read anew each time: a last delivered id from some seconds ago would call a delivered entry undelivered.
  async function listGroups(signal: AbortSignal): Promise<readonly Group[]> {
    try {
      const { connectionId, key } = target()
      return await api().group.list({ connectionId, key, countLag: false }, { signal })
    } catch {
      // The drawer tells what is wrong with the stream when it reads the entry itself.
      return []
    }
  }

  /** What is told of the same entry stays until it is known anew. */
  async function load(): Promise<void> {
    controller.abort()
    controller = new AbortController()
    const { signal } = controller
    const all = await listGroups(signal)
    const found = await Promise.all(all.slice(0, MOST_GROUPS).map((group) => standing(group, signal)))
    if (signal.aborted) return
    standings.value = found
    moreGroups.value = Math.max(0, all.length - MOST_GROUPS)
  }

  watch(
    id,
    () => {
      standings.value = []
      void load()
    },
    { immediate: true },
  )
  onScopeDispose(() => controller.abort())
  return { standings, moreGroups, load }
}
