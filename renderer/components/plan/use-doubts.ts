import { computed, shallowRef, type ComputedRef, type WritableComputedRef } from 'vue'
import type { Message } from '../../../shared/model/message'
import { words } from '../../../shared/words/words'

interface Accepted {
  readonly accepted: WritableComputedRef<boolean>
  /** Why it can't go on yet. */
  whyNot(doubts: readonly unknown[] | undefined): string | null
}

interface Doubts extends Accepted {
  /** Of the plan that is shown. */
  readonly doubts: ComputedRef<readonly Message[]>
}

/** What has to be accepted before a plan is run, and whether it was. Other doubts than those are asked anew. */
export function useDoubts(shown: () => readonly Message[] | undefined): Doubts {
  return { ...useAccepted(shown), doubts: computed(() => shown() ?? []) }
}

/** The same of whatever is to be accepted. */
export function useAccepted(shown: () => readonly unknown[] | undefined): Accepted {
  const acceptedOnes = shallowRef<string | null>(null)
  const asked = (): string => JSON.stringify(shown() ?? [])
  const accepted = computed({
    get: () => acceptedOnes.value === asked(),
    set: (isSo) => (acceptedOnes.value = isSo ? asked() : null),
  })
  return {
    accepted,
    whyNot: (of) => (of === undefined || of.length === 0 || accepted.value ? null : words.plan.acceptFirst),
  }
}

export function codesOf(doubts: readonly Message[] | undefined): string[] {
  return (doubts ?? []).map(({ code }) => code)
}
