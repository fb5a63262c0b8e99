import { readWhen, type WhenRead } from '../../shared/time/read-when'
import { shownZone } from '../../shared/time/shown-zone'
import { formatInZone } from '../../shared/time/zone'
import { words } from '../../shared/words/words'
import { useServerClock } from '../stores/server-clock'

/** Ids and times as they are typed, by the clock of the server; without a zone they are as times are shown. */
export function useWhen() {
  const server = useServerClock()
  return {
    read: (text: string, bound: 'low' | 'high'): WhenRead =>
      readWhen(text, { bound, nowMs: server.nowMs(), zone: shownZone() }),
  }
}

/** What is wrong with what was typed; null: nothing, as far as it goes. */
export function whenError(text: string, read: WhenRead): string | null {
  return text.trim() !== '' && 'fault' in read ? words.when.fault(read.fault) : null
}

/** The time that was understood; undefined where it was no time. */
export function whenUnderstood(read: WhenRead): string | undefined {
  return 'id' in read && read.atMs !== null ? words.when.understood(formatInZone(read.atMs, shownZone())) : undefined
}
