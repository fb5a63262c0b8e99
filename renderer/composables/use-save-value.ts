import { onScopeDispose, shallowRef, watch } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { IndexedField } from '../../shared/model/entry'
import { words } from '../../shared/words/words'
import { api } from '../api/client'
import { fetchFile } from '../api/fetch-file'
import type { StreamTarget } from '../stores/targets'
import { useToasts } from '../stores/toasts'

/** Saves whole values to files, one at a time: where the host asks for, or as the browser's own downloads. */
export function useSaveValue(target: () => StreamTarget, id: () => EntryId, unmasked: () => boolean) {
  const toasts = useToasts()
  /** The position of the field whose value is being saved. */
  const saving = shallowRef<number | null>(null)
  let controller = new AbortController()

  function stop(): void {
    controller.abort()
    saving.value = null
  }

  async function save({ at, name }: Pick<IndexedField, 'at' | 'name'>): Promise<void> {
    stop()
    controller = new AbortController()
    const { signal } = controller
    const { connectionId, key } = target()
    const shown = unmasked() ? { unmasked: true } : {}
    saving.value = at
    try {
      const saved = await api().entry.saveValue({ connectionId, key, id: id(), at, name, ...shown }, { signal })
      if (signal.aborted) return
      if (saved.kind === 'saved') {
        toasts.show({ tone: 'good', title: words.entry.saved(saved.bytes), detail: saved.file })
      } else if (saved.kind === 'offered') {
        fetchFile(saved.path, saved.fileName)
        toasts.show({
          tone: 'plain',
          title: words.entry.offered(saved.bytes),
          detail: words.entry.offeredAs(saved.fileName),
        })
      }
    } catch (error) {
      if (signal.aborted) return
      toasts.showTrouble(error)
    } finally {
      if (!signal.aborted) saving.value = null
    }
  }

  watch(id, stop)
  onScopeDispose(stop)
  return { saving, save, stop }
}
