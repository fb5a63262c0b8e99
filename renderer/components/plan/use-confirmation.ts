import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { displayBytes, type Bytes } from '../../../shared/bytes'
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

/** `stream`: of what is for good; null where nothing is. On a production connection it asks for that stream's name. */
export function useConfirmation(
  stream: () => { readonly connectionId: string; readonly key: Bytes } | null,
): Confirmation {
  const connections = useConnections()
  const typed = ref('')
  const wanted = computed(() => {
    const asked = stream()
    const connection = asked && connections.list.find(({ id }) => id === asked.connectionId)
    return connection?.environment === 'prod' ? displayBytes(asked?.key ?? '') : null
  })
  const isRight = computed(() => wanted.value !== null && typed.value === wanted.value)
  return {
    typed,
    wanted,
    whyNot: computed(() => (wanted.value === null || isRight.value ? null : words.plan.typeStreamName)),
    given: computed(() => {
      const asked = stream()
      return isRight.value && asked ? { confirmation: asked.key } : {}
    }),
  }
}
