import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { displayBytes, fromUint8Array, toUint8Array } from '../../shared/bytes'
import { PAGE_LIMITS } from '../../shared/decode/budget'
import { decodeValue } from '../../shared/decode/chain'
import type { EntryId } from '../../shared/entry-id'
import type { DecodedValue } from '../../shared/model/decoded'
import type { IndexedField } from '../../shared/model/entry'
import { api } from '../api/client'
import { useDecodings, type DecodeWay } from '../stores/decodings'
import type { StreamTarget } from '../stores/targets'
import { useToasts } from '../stores/toasts'
import { createTimeSlices } from '../utils/time-slices'

/** What is decoded by itself, in bytes; more of it is on request. */
const AT_ONCE_BYTES = 262_144
const NAME_CHARS = 200
/** Of all fields that are shown together. */
const slices = createTimeSlices({ sliceMs: 40, pauseMs: 16, lastFirst: false, mostWaiting: 100_000 })

/**
 * One field decoded, as was chosen for it or as is found out: what is quick by the page, the rest by the host. `isLarge`: it waits
 * for `decodeLarge`.
 */
export function useDecodedField(
  target: () => StreamTarget,
  id: () => EntryId,
  field: () => IndexedField,
  unmasked: () => boolean,
) {
  const decodings = useDecodings()
  const toasts = useToasts()
  const decoded = shallowRef<DecodedValue | null>(null)
  const error = shallowRef<unknown>(null)
  const isAsking = shallowRef(false)
  const way = computed(() => decodings.of(target(), field().name))
  const isLarge = computed(() => field().cut || field().size > AT_ONCE_BYTES)
  const nameOf = (): string => displayBytes(field().name).slice(0, NAME_CHARS)
  /** Only an operator may give it at all. */
  const shown = (): { unmasked?: true } => (unmasked() ? { unmasked: true } : {})
  let controller = new AbortController()

  async function ask(read: (signal: AbortSignal) => Promise<DecodedValue>): Promise<void> {
    controller = new AbortController()
    const { signal } = controller
    isAsking.value = true
    error.value = null
    try {
      const told = await read(signal)
      if (!signal.aborted) decoded.value = told
    } catch (caught) {
      if (!signal.aborted) error.value = caught
    } finally {
      if (!signal.aborted) isAsking.value = false
    }
  }

  function start(): void {
    controller.abort()
    ;[decoded.value, error.value, isAsking.value] = [null, null, !isLarge.value]
    const mine = (controller = new AbortController())
    if (!isLarge.value) slices.do(() => !mine.signal.aborted && decodeHere())
  }

  function decodeHere(): void {
    isAsking.value = false
    const { value } = field()
    const choice = { ...plainWay(way.value), name: nameOf() }
    const here = decodeValue({ ...choice, bytes: toUint8Array(value), tools: null }, PAGE_LIMITS)
    const { chain, root, last, isCut, fault } = here
    decoded.value = {
      ...{ chain: [...chain], root, size: last.length, isCut, fault },
      last: chain.length === 0 ? value : root === null ? fromUint8Array(last) : null,
    }
    if (here.needsHost !== null || fault?.code === 'too-slow')
      void ask((signal) =>
        api().entry.decode({ ...choice, ...shown(), value, connectionId: target().connectionId }, { signal }),
      )
  }

  // What is shown stays as it is while other fields are chosen for.
  watch([() => field().value, () => field().cut, unmasked, () => JSON.stringify(way.value)], start, { immediate: true })
  onScopeDispose(() => controller.abort())

  return {
    ...{ decoded, error, isAsking, isLarge, way },
    decodeLarge(): Promise<void> {
      const { name, at } = field()
      const asked = { ...target(), id: id(), at, field: name }
      const choice = { ...plainWay(way.value), ...shown(), name: nameOf() }
      return ask((signal) => api().entry.decodeField({ ...asked, ...choice }, { signal }))
    },
    async choose(chosen: DecodeWay): Promise<void> {
      try {
        await decodings.choose(target(), field().name, chosen)
      } catch (caught) {
        toasts.showTrouble(caught)
      }
    },
  }
}

function plainWay({ as, schema }: DecodeWay): DecodeWay {
  return { as, schema }
}
