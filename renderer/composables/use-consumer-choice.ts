import { computed, type Ref } from 'vue'
import { bytesKey, displayBytes, type Bytes } from '../../shared/bytes'
import { formatCount } from '../../shared/format/format-count'
import type { Consumer } from '../../shared/model/group'
import { words } from '../../shared/words/words'

const EVERYONE = 'all'

/** Whose pending entries are shown, as a list to choose from. `total`: what all of them hold. */
export function useConsumerChoice(
  consumer: Ref<Bytes | null>,
  props: { readonly consumers: readonly Consumer[]; readonly total: number | null },
) {
  const options = computed(() => [
    { value: EVERYONE, label: words.pending.allConsumers },
    ...props.consumers.map(({ name, pending }) => ({
      value: bytesKey(name),
      label: `${displayBytes(name)} (${formatCount(pending)})`,
    })),
  ])
  const chosen = computed({
    get: () => (consumer.value === null ? EVERYONE : bytesKey(consumer.value)),
    set: (key) => {
      consumer.value = props.consumers.find(({ name }) => bytesKey(name) === key)?.name ?? null
    },
  })
  /** How many entries there are of it; null: not known. */
  const expected = computed(() => {
    if (consumer.value === null) return props.total
    return props.consumers.find(({ name }) => bytesKey(name) === chosen.value)?.pending ?? null
  })
  return { options, chosen, expected }
}
