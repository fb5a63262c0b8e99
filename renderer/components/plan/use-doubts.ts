import { computed, shallowRef, type ComputedRef, type WritableComputedRef } from 'vue'
import type { Message } from '../../../shared/model/message'
import { words } from '../../../shared/words/words'

interface Doubts {
  readonly accepted: WritableComputedRef<boolean>
  /** Of the plan that is shown. */
  readonly doubts: ComputedRef<readonly Message[]>
  /** Why it can't go on yet. */
  whyNot(doubts: readonly Message[] | undefined): string | null
}

/** What has to be accepted before a plan is run, and whether it was. Other doubts than those are asked anew. */
export function useDoubts(shown: () => readonly Message[] | undefined): Doubts {
  const acceptedOnes = shallowRef<string | null>(null)
  const asked = (): string => codesOf(shown()).join(' ')
  const accepted = computed({
    get: () => acceptedOnes.value === asked(),
    set: (isSo) => (acceptedOnes.value = isSo ? asked() : null),
  })
  return {
    accepted,
    doubts: computed(() => shown() ?? []),
    whyNot: (of) => (of === undefined || of.length === 0 || accepted.value ? null : words.plan.acceptFirst),
  }
}

export function codesOf(doubts: readonly Message[] | undefined): string[] {
  return (doubts ?? []).map(({ code }) => code)
}
