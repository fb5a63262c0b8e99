import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Message } from '../../../shared/model/message'
import { words } from '../../../shared/words/words'

interface Doubts {
  readonly accepted: Ref<boolean>
  /** Of the plan that is shown. */
  readonly doubts: ComputedRef<readonly Message[]>
  /** Why it can't go on yet. */
  whyNot(doubts: readonly Message[] | undefined): string | null
}

/** What has to be accepted before a plan is run, and whether it was. Other doubts than those are asked anew. */
export function useDoubts(shown: () => readonly Message[] | undefined): Doubts {
  const accepted = shallowRef(false)
  const doubts = computed(() => shown() ?? [])
  watch(
    () => codesOf(doubts.value).join(' '),
    () => (accepted.value = false),
  )
  return {
    accepted,
    doubts,
    whyNot: (of) => (of === undefined || of.length === 0 || accepted.value ? null : words.plan.acceptFirst),
  }
}

export function codesOf(doubts: readonly Message[] | undefined): string[] {
  return (doubts ?? []).map(({ code }) => code)
}
