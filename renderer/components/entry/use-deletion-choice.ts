import { computed, ref } from 'vue'
import { compareIds, idTimeMs, type EntryId } from '../../../shared/entry-id'
import type { EntrySelection } from '../../../shared/model/deletion'
import type { WhenRead } from '../../../shared/time/read-when'
import { words } from '../../../shared/words/words'
import { useWhen, whenError } from '../../composables/use-when'

/** What one plan may name one by one. */
const MOST_IDS = 10_000

/** Which entries: those given, or all between two ids or times that are typed. */
export function useDeletionChoice(ids: () => readonly EntryId[]) {
  const when = useWhen()
  const which = ref<'chosen' | 'range'>(ids().length === 0 ? 'range' : 'chosen')
  const from = ref<string>(ids()[0] ?? '')
  const to = ref<string>(ids().at(-1) ?? '')

  const [low, high] = [computed(() => when.read(from.value, 'low')), computed(() => when.read(to.value, 'high'))]
  /** Null while it is not complete, or ends before it begins. */
  const range = computed(() => {
    if (!('id' in low.value && 'id' in high.value)) return null
    const [first, last] = [low.value.id, high.value.id]
    return compareIds(first, last) <= 0 ? { from: first, to: last } : null
  })
  const tooMany = computed(() => which.value === 'chosen' && ids().length > MOST_IDS)

  return {
    which,
    from,
    to,
    options: computed(() => [
      ...(ids().length === 0 ? [] : [{ value: 'chosen' as const, label: words.deletion.theChosen(ids().length) }]),
      { value: 'range' as const, label: words.deletion.fromTo },
    ]),
    fromNote: computed(() => noteOf(from.value, low.value)),
    toNote: computed(() => {
      const note = noteOf(to.value, high.value)
      const endsEarly = 'id' in low.value && 'id' in high.value && range.value === null
      return endsEarly ? { ...note, error: words.when.endsEarly } : note
    }),
    /** Null while it is not complete. */
    selection: computed((): EntrySelection | null => {
      if (which.value === 'chosen') return tooMany.value ? null : { kind: 'ids', ids: [...ids()] }
      return range.value === null ? null : { kind: 'range', ...range.value }
    }),
    /** Why those chosen can't be deleted at once. */
    tooMany: computed(() => (tooMany.value ? words.deletion.atMostAtTime(MOST_IDS) : null)),
    missing: computed(() => (which.value === 'range' && range.value === null ? words.deletion.giveBothEnds : null)),
  }
}

function noteOf(text: string, read: WhenRead): { readonly error: string | null; readonly hint: string | undefined } {
  const atMs = 'id' in read ? idTimeMs(read.id) : null
  const hint = atMs === null ? words.deletion.included : words.deletion.includedTime(atMs)
  return { error: whenError(text, read), hint }
}
