import { watchDebounced } from '@vueuse/core'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { Entry, EntryFields } from '../../shared/model/entry'
import { api } from '../api/client'
import { errorData } from '../api/errors'
import type { StreamTarget } from '../stores/targets'

/** What the host gives of fields at once, at the most. */
export const FIELDS_PAGE = 50
const TYPING_MS = 200

/**
 * One entry's fields, some at a time. `known` is what the list already has of it, shown until the rest is here. What was read
 * stays while other fields are read, and where they can't be. `unmasked`: also what is masked, for whoever may.
 */
export function useEntryFields(
  target: () => StreamTarget,
  id: () => EntryId | null,
  known: () => Entry | null,
  unmasked: () => boolean,
) {
  const page = shallowRef<EntryFields | null>(null)
  /** Of those that match, how many come before the page. */
  const skip = shallowRef(0)
  const find = ref('')
  const isRead = shallowRef(false)
  const isReading = shallowRef(false)
  const error = shallowRef<unknown>(null)
  const isTooLarge = computed(() => errorData(error.value, 'TOO_LARGE')?.what === 'entry')
  /** An entry of any size was asked for. */
  let large = false
  let controller = new AbortController()

  async function load(from = skip.value): Promise<void> {
    controller.abort()
    controller = new AbortController()
    const { signal } = controller
    const wanted = id()
    error.value = null
    isReading.value = wanted !== null
    if (wanted === null) return
    try {
      const { connectionId, key } = target()
      const size = page.value === null ? {} : { size: page.value.size }
      const shown = unmasked() ? { unmasked: true } : {}
      const input = { connectionId, key, id: wanted, skip: from, find: find.value, large, ...size, ...shown }
      const read = await api().entry.fields(input, { signal })
      if (signal.aborted) return
      page.value = read
      skip.value = from
      isRead.value = true
    } catch (caught) {
      if (!signal.aborted) error.value = caught
    } finally {
      if (!signal.aborted) isReading.value = false
    }
  }

  /** What was read, but for what the list has. */
  function forget(): void {
    const row = known()
    page.value = row && fieldsOf(row)
    isRead.value = false
  }

  watch(
    id,
    () => {
      forget()
      skip.value = 0
      find.value = ''
      large = false
      void load()
    },
    { immediate: true },
  )
  watchDebounced(find, () => isRead.value && load(0), { debounce: TYPING_MS })
  onScopeDispose(() => controller.abort())
  return {
    ...{ page, skip, find, isRead, isReading, error, isTooLarge, load, forget },
    loadLarge: () => {
      large = true
      return load()
    },
  }
}

function fieldsOf({ id, size, fields, moreFields }: Entry): EntryFields {
  const count = fields.length + moreFields
  return { id, size, count, matching: count, fields: fields.map((field, at) => ({ at, ...field })) }
}
