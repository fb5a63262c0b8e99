import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { displayBytes, type Bytes } from '../../../shared/bytes'
import type { ChangedBy } from '../../../shared/for-good'
import { words } from '../../../shared/words/words'
import { useConnections } from '../../stores/connections'

interface Confirmation {
  /** What the person typed. */
  readonly typed: Ref<string>
  /** The name that has to be typed, as it is shown; null where nothing has to be. */
  readonly wanted: ComputedRef<string | null>
  /** Why it can't go on yet. */
  readonly whyNot: ComputedRef<string | null>
  /** To be sent along: the name, once it is right. */
  readonly given: ComputedRef<Confirmed>
}

/** What a call that is for good carries on a production connection. */
export interface Confirmed {
  readonly confirmation?: Bytes
}

/** What is for good: the stream it is about and, where not all of that is destroyed, what of it. */
export interface ForGood {
  readonly connectionId: string
  readonly key: Bytes
  readonly part?: ChangedBy
}

/** Null: nothing is for good. On a production connection it asks for the name of what is destroyed. */
export function useConfirmation(forGood: () => ForGood | null): Confirmation {
  const connections = useConnections()
  const typed = ref('')
  const named = computed(() => {
    const asked = forGood()
    const connection = asked && connections.list.find(({ id }) => id === asked.connectionId)
    if (!asked || connection?.environment !== 'prod') return null
    return asked.part ?? { kind: 'stream' as const, name: asked.key }
  })
  const wanted = computed(() => named.value && displayBytes(named.value.name))
  const isRight = computed(() => wanted.value !== null && typed.value === wanted.value)
  return {
    typed,
    wanted,
    whyNot: computed(() => (named.value === null || isRight.value ? null : words.plan.typeName[named.value.kind])),
    given: computed(() => (isRight.value && named.value ? { confirmation: named.value.name } : {})),
  }
}
