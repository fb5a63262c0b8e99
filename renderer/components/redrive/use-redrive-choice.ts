import { computed, ref } from 'vue'
import type { EntryId } from '../../../shared/entry-id'
import type { RedriveOptions, RedriveSelection } from '../../../shared/model/redrive'
import { words } from '../../../shared/words/words'

/** What one plan may name one by one. */
const MOST_IDS = 10_000

/** Which dead letters, where to, and how often at most; null while something is missing. */
export function useRedriveChoice(ids: readonly EntryId[], length: number | null) {
  const which = ref<'chosen' | 'all'>(ids.length === 0 ? 'all' : 'chosen')
  const where = ref<'origin' | 'named'>('origin')
  const to = ref('')
  const straying = ref<'stay' | 'named'>('stay')
  const strays = ref('')
  const create = ref(false)
  const mostRedrives = ref<number | null>(3)

  const tooMany = computed(() => which.value === 'chosen' && ids.length > MOST_IDS)
  const missing = computed(() => {
    if (mostRedrives.value === null) return words.redrive.sayHowOften
    const isNamed = (where.value === 'origin' || to.value !== '') && (straying.value === 'stay' || strays.value !== '')
    return isNamed ? null : words.redrive.nameStream
  })
  return {
    ...{ which, where, to, straying, strays, create, mostRedrives, missing },
    /** Why those ticked can't be redriven at once. */
    tooMany: computed(() => (tooMany.value ? words.redrive.atMostCanBeTicked(MOST_IDS) : null)),
    whichOptions: [
      ...(ids.length === 0 ? [] : [{ value: 'chosen' as const, label: words.redrive.theTicked(ids.length) }]),
      {
        value: 'all' as const,
        label: length === null ? words.redrive.allOfStream : words.redrive.allOfStreamCount(length),
      },
    ],
    selection: computed((): RedriveSelection =>
      which.value === 'all' ? { kind: 'all' } : { kind: 'ids', ids: [...ids] },
    ),
    options: computed((): RedriveOptions | null =>
      tooMany.value || missing.value !== null || mostRedrives.value === null
        ? null
        : {
            to: where.value === 'origin' ? null : to.value,
            strays: straying.value === 'stay' ? null : strays.value,
            create: create.value,
            mostRedrives: mostRedrives.value,
          },
    ),
  }
}
