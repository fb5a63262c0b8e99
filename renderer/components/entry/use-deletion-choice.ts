import { computed, ref } from 'vue'
import { idTimeMs, type EntryId } from '../../../shared/entry-id'
import type { EntrySelection } from '../../../shared/model/deletion'
import { words } from '../../../shared/words/words'
import { useServerClock } from '../../stores/server-clock'
import { parseJump } from './jump'

/** What one plan may name one by one. */
const MOST_IDS = 10_000
const NO_ID_OR_TIME = words.deletion.idOrTimeHelp

/** Which entries: those given, or all between two ids or times that are typed. */
export function useDeletionChoice(ids: () => readonly EntryId[]) {
  const server = useServerClock()
  const which = ref<'chosen' | 'range'>(ids().length === 0 ? 'range' : 'chosen')
  const from = ref<string>(ids()[0] ?? '')
  const to = ref<string>(ids().at(-1) ?? '')

  const [low, high] = [
    computed(() => boundId(from.value, 'low', server.nowMs())),
    computed(() => boundId(to.value, 'high', server.nowMs())),
  ]
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
    toNote: computed(() => noteOf(to.value, high.value)),
    /** Null while it is not complete. */
    selection: computed((): EntrySelection | null => {
      if (which.value === 'chosen') return tooMany.value ? null : { kind: 'ids', ids: [...ids()] }
      return low.value === null || high.value === null ? null : { kind: 'range', from: low.value, to: high.value }
    }),
    /** Why those chosen can't be deleted at once. */
    tooMany: computed(() => (tooMany.value ? words.deletion.atMostAtTime(MOST_IDS) : null)),
    missing: computed(() =>
      which.value === 'range' && (low.value === null || high.value === null) ? words.deletion.giveBothEnds : null,
    ),
  }
}

function boundId(text: string, bound: 'low' | 'high', nowMs: number): EntryId | null {
  return text.trim() === '' ? null : parseJump(text, bound, nowMs)
}

function noteOf(
  text: string,
  id: EntryId | null,
): { readonly error: string | null; readonly hint: string | undefined } {
  if (id === null) return { error: text.trim() === '' ? null : NO_ID_OR_TIME, hint: words.deletion.included }
  const atMs = idTimeMs(id)
  return { error: null, hint: atMs === null ? words.deletion.included : words.deletion.includedLocal(atMs) }
}
