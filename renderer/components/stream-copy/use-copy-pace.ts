import { computed, ref, type ComputedRef, type Ref } from 'vue'
import type { CopyPace } from '../../../shared/model/stream-copy'
import { words } from '../../../shared/words/words'
import type { Option } from '../base/SelectField.vue'

/** Times as fast as they came. */
const TIMES = [1, 2, 10, 100] as const
const GAPS_MS = [1_000, 10_000, 60_000, 600_000] as const

interface CopyPaceChoice {
  /** 0: not by the ids. */
  readonly times: Ref<number>
  /** -1: as it was. */
  readonly gap: Ref<number>
  readonly paces: readonly Option<number>[]
  readonly gaps: readonly Option<number>[]
  readonly pace: ComputedRef<CopyPace>
}

export function useCopyPace(): CopyPaceChoice {
  const times = ref(0)
  const gap = ref(-1)
  return {
    times,
    gap,
    paces: [
      { value: 0, label: words.streamCopy.fast },
      ...TIMES.map((value) => ({
        value,
        label: value === 1 ? words.streamCopy.asItWas : words.streamCopy.faster(value),
      })),
    ],
    gaps: [
      { value: -1, label: words.streamCopy.anyGap },
      ...GAPS_MS.map((value) => ({ value, label: words.streamCopy.gap(value) })),
    ],
    pace: computed(() =>
      times.value === 0
        ? { kind: 'fast' }
        : { kind: 'spaced', times: times.value, maxGapMs: gap.value < 0 ? null : gap.value },
    ),
  }
}
