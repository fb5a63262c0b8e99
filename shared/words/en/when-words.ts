import type { WhenFault } from '../../time/read-when'

/** Ids and times as they are typed. */
export const whenWords = {
  /** What is wrong, and what to write instead. */
  fault: (fault: WhenFault): string => {
    switch (fault.code) {
      case 'unknown':
        return 'An id, 2021-05-15 06:55, 03:00, yesterday 14:00, or 10m ago'
      case 'no-such-time':
        return 'There is no such day or time: look at its figures'
      case 'before-1970':
        return 'That is before 1970, where times of ids begin: write a later one'
      case 'skipped':
        return `Clocks were set over this time (${fault.zone}): write it with its zone, as 02:30Z, or another`
      case 'twice':
        return `Clocks showed this twice (${fault.zone}): write ${fault.earlier} or ${fault.later}`
    }
  },
  endsEarly: 'This is before the other end: the smaller id or the earlier time comes first',
  understood: (time: string) => `Means ${time}`,
}
