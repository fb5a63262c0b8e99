import { sameBytes, type Bytes } from '../../../shared/bytes'
import type { PastStream } from '../../../shared/model/past'

/** Groups that are told together; of more the first ones. */
const MOST_GROUPS = 32

/** Of one group all that is kept; of all together without their consumers, which would be many times as much. */
export function pastOf(past: readonly PastStream[], group: Bytes | undefined): PastStream[] {
  return past.map((step) => ({
    ...step,
    groups:
      group === undefined
        ? step.groups.slice(0, MOST_GROUPS).map((each) => ({ ...each, holders: [] }))
        : step.groups.filter(({ name }) => sameBytes(name, group)),
  }))
}
