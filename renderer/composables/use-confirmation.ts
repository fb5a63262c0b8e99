import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { displayBytes, type Bytes } from '../../shared/bytes'
import { useConnections } from '../stores/connections'

interface Confirmation {
  /** What the person typed. */
  readonly typed: Ref<string>
  /** The name that has to be typed, as it is shown; null where nothing has to be. */
  readonly wanted: ComputedRef<string | null>
  /** Why it can't go on yet. */
  readonly whyNot: ComputedRef<string | null>
  /** To be sent along, once the name is right. */
  readonly given: ComputedRef<Bytes | undefined>
}

/** On a production connection, what is for good asks for the stream's name. */
export function useConfirmation(connectionId: () => string, key: () => Bytes, isForGood: () => boolean): Confirmation {
  const connections = useConnections()
  const typed = ref('')
  const wanted = computed(() => {
    const connection = connections.list.find(({ id }) => id === connectionId())
    return connection?.environment === 'prod' && isForGood() ? displayBytes(key()) : null
  })
  const isRight = computed(() => wanted.value !== null && typed.value === wanted.value)
  return {
    typed,
    wanted,
    whyNot: computed(() => (wanted.value === null || isRight.value ? null : 'Type the stream’s name to confirm')),
    given: computed(() => (isRight.value ? key() : undefined)),
  }
}
