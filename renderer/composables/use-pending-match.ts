import { computed, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Bytes } from '../../shared/bytes'
import type { PendingEntry } from '../../shared/model/pending'
import type { Criteria } from '../../shared/model/selection'
import type { PagedList } from '../stores/paged-list'
import { criteriaOf, isFiltered } from '../utils/pending-filter'

/** How many entries match, as far as is known without counting them all. */
export interface Matching {
  /** Null: unknown. */
  readonly count: number | null
  readonly isExact: boolean
}

interface PendingMatch {
  /** The filter and the consumer together. */
  readonly criteria: ComputedRef<Criteria>
  readonly count: ComputedRef<Matching>
  /** All that match are selected, loaded or not. */
  readonly isAll: ShallowRef<boolean>
}

interface Looked {
  readonly list: () => PagedList<PendingEntry>
  readonly criteria: Ref<Criteria>
  readonly consumer: Ref<Bytes | null>
  /** What is pending in the group, or held by the one consumer; null: unknown. */
  readonly held: () => number | null
}

/** All that match the filter, loaded or not: what they are, and about how many. */
export function usePendingMatch({ list, criteria, consumer, held }: Looked): PendingMatch {
  const count = computed((): Matching => {
    const total = held()
    if (!isFiltered(criteria.value)) return { count: total, isExact: true }
    const { rows, walked, atStart, atEnd } = list()
    if (!atStart.value) return { count: null, isExact: false }
    const found = rows.value.length
    if (atEnd.value) return { count: found, isExact: true }
    if (total === null || walked.value === 0) return { count: null, isExact: false }
    return { count: Math.max(found, Math.round((found / walked.value) * total)), isExact: false }
  })
  return { criteria: computed(() => criteriaOf(criteria.value, consumer.value)), count, isAll: shallowRef(false) }
}
