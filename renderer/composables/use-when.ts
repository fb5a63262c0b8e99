import { computed, shallowRef, watch } from 'vue'
import { compareIds, type EntryId } from '../../shared/entry-id'
import { readWhen, withZone, type WhenRead } from '../../shared/time/read-when'
import { shownZone } from '../../shared/time/shown-zone'
import { formatInZone, type Zone } from '../../shared/time/zone'
import { words } from '../../shared/words/words'
import { useServerClock } from '../stores/server-clock'

/** Ids and times as they are typed, by the clock of the server; without a zone they are as times are shown. */
export function useWhen() {
  const server = useServerClock()
  return {
    read: (text: string, bound: 'low' | 'high'): WhenRead =>
      readWhen(text, { bound, nowMs: server.nowMs(), zone: shownZone() }),
    /** What was typed in a zone, as it says the same here. */
    shown: (text: string, bound: 'low' | 'high', zone: Zone): string =>
      zone === shownZone() ? text : withZone(text, { bound, nowMs: server.nowMs(), zone }),
  }
}

/** From one id to another, both included. */
export interface IdRange {
  readonly from?: EntryId
  readonly to?: EntryId
}

/** Both ends of a range as they are typed, each read as of when it was typed, or as of when `readAnew` was called: `10m` is an hour later another time. */
export function useWhenRange(from: () => string, to: () => string) {
  const server = useServerClock()
  const nowMs = shallowRef(server.nowMs())
  const readAnew = (): void => {
    nowMs.value = server.nowMs()
  }
  watch([from, to], readAnew, { flush: 'sync' })
  const read = (text: string, bound: 'low' | 'high'): WhenRead =>
    readWhen(text, { bound, nowMs: nowMs.value, zone: shownZone() })
  const [first, last] = [computed(() => read(from(), 'low')), computed(() => read(to(), 'high'))]
  const fromError = computed(() => whenError(from(), first.value))
  const toError = computed(() => {
    const endsEarly = 'id' in first.value && 'id' in last.value && compareIds(first.value.id, last.value.id) > 0
    return endsEarly ? words.when.endsEarly : whenError(to(), last.value)
  })
  /** Null: something is wrong with it. */
  const range = computed((): IdRange | null => {
    if (fromError.value !== null || toError.value !== null) return null
    return {
      ...('id' in first.value ? { from: first.value.id } : {}),
      ...('id' in last.value ? { to: last.value.id } : {}),
    }
  })
  return { first, last, fromError, toError, range, readAnew }
}

/** What is wrong with what was typed; null: nothing, as far as it goes. */
export function whenError(text: string, read: WhenRead): string | null {
  return text.trim() !== '' && 'fault' in read ? words.when.fault(read.fault) : null
}

/** The time that was understood; undefined where it was no time. */
export function whenUnderstood(read: WhenRead): string | undefined {
  return 'id' in read && read.atMs !== null ? words.when.understood(formatInZone(read.atMs, shownZone())) : undefined
}
