import type { QuietHours } from '../../model/alert'

const DAY_MINUTES = 1_440

/** A moment as a clock on the wall shows it: the day of the week (0: Sunday), and minutes since midnight. */
interface LocalMinute {
  readonly day: number
  readonly minute: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const day = { year: 'numeric', month: 'numeric', day: 'numeric' } as const
  const time = { hour: 'numeric', minute: 'numeric', hourCycle: 'h23' } as const
  const made = new Intl.DateTimeFormat('en-US', { ...day, ...time, timeZone: zone, calendar: 'gregory' })
  formats.set(zone, made)
  return made
}

/** `zone`: an IANA name. Throws RangeError where there is no such zone. */
function localMinute(atMs: number, zone: string): LocalMinute {
  const parts = formatOf(zone).formatToParts(atMs)
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((each) => each.type === type)?.value)
  return {
    day: new Date(Date.UTC(part('year'), part('month') - 1, part('day'))).getUTCDay(),
    minute: part('hour') * 60 + part('minute'),
  }
}

/** Whether nothing is told at this time (ms since 1970), by the clocks of a time zone. An end that is the beginning: a whole day. */
export function isQuiet(quiet: QuietHours | null, atMs: number, zone: string): boolean {
  if (quiet === null) return false
  const { day, minute } = localMinute(atMs, zone)
  const { days, fromMinute, toMinute } = quiet
  const endMinute = toMinute > fromMinute ? toMinute : toMinute + DAY_MINUTES
  const isWithin = (onDay: number, at: number): boolean => days.includes(onDay) && at >= fromMinute && at < endMinute
  return isWithin(day, minute) || isWithin((day + 6) % 7, minute + DAY_MINUTES)
}
