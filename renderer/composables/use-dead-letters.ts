import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { toUint8Array, type Bytes } from '../../shared/bytes'
import type { Entry } from '../../shared/model/entry'
import { deadLetteredAt } from '../../shared/provenance'
import { api } from '../api/client'
import { streamTargetKey, type StreamTarget } from '../stores/targets'

const ENDING = new TextEncoder().encode(':dead')
/** So many of the first entries tell what a stream holds. */
const FIRST = 5

/**
 * Whether a stream holds dead letters: its name ends in `:dead`, or one of its first entries says where it was
 * dead-lettered from. `length` null: not known yet.
 */
export function useHoldsDeadLetters(target: () => StreamTarget, length: () => number | null): ComputedRef<boolean> {
  const toldBy = shallowRef<string | null>(null)

  // Looked at once, and once more when the first entry comes.
  const asked = computed(() => {
    const isThere = (length() ?? 0) > 0
    return isThere && !endsInDead(target().key) ? streamTargetKey(target()) : null
  })
  watch(
    asked,
    async (key, _before, onCleanup) => {
      if (key === null) return
      const leave = new AbortController()
      onCleanup(() => leave.abort())
      const { connectionId, key: stream } = target()
      try {
        const page = { connectionId, key: stream, order: 'oldest' as const, count: FIRST }
        const { entries } = await api().entry.page(page, { signal: leave.signal })
        if (!leave.signal.aborted && entries.some(isDeadLetter)) toldBy.value = key
      } catch {
        // The view itself tells what is wrong with the stream; without a look it is one like any other.
      }
    },
    { immediate: true },
  )
  return computed(() => endsInDead(target().key) || toldBy.value === streamTargetKey(target()))
}

function endsInDead(key: Bytes): boolean {
  const raw = toUint8Array(key)
  return raw.length > ENDING.length && ENDING.every((byte, at) => raw[raw.length - ENDING.length + at] === byte)
}

/** Of an entry whose last fields are not shown, nothing can be told. */
function isDeadLetter({ fields, moreFields }: Entry): boolean {
  const names = fields.map(({ name }) => (typeof name === 'string' ? name : ''))
  return moreFields === 0 && deadLetteredAt(names) !== null
}
