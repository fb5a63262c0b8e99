import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { sameBytes, type Bytes } from '../../shared/bytes'
import type { Consumer } from '../../shared/model/group'

interface ChosenConsumer {
  /** Null: all of them. */
  readonly consumer: ShallowRef<Bytes | null>
  /** Once more gives all of them again. */
  choose(name: Bytes): void
}

/** Whose pending entries are shown. A consumer that is gone holds nothing to look at. */
export function useChosenConsumer(
  consumers: Readonly<Ref<readonly Consumer[]>>,
  isLoaded: () => boolean,
): ChosenConsumer {
  const consumer = shallowRef<Bytes | null>(null)
  const isChosen = (name: Bytes): boolean => consumer.value !== null && sameBytes(consumer.value, name)
  watch(consumers, (now) => {
    if (isLoaded() && consumer.value !== null && !now.some(({ name }) => isChosen(name))) consumer.value = null
  })
  return { consumer, choose: (name) => (consumer.value = isChosen(name) ? null : name) }
}
