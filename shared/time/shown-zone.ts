import { localZone, type Zone } from './zone'

/** In which times are shown, and read where they name none: those of the clocks here, or UTC. */
export type ShownTimes = 'local' | 'utc'

let source: () => ShownTimes = () => 'local'

/** Says where the choice is kept, once. It is asked each time, so that a page that follows it shows all times anew. */
export function timesAreShownBy(choice: () => ShownTimes): void {
  source = choice
}

export function shownTimes(): ShownTimes {
  return source()
}

/** Of the times that are shown, and of those that are typed without a zone. */
export function shownZone(): Zone {
  return source() === 'utc' ? 'UTC' : localZone()
}
