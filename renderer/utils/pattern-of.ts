import type { Bytes } from '../../shared/bytes'
import { displayName } from '../../shared/format/display-name'

/** As the model has them. */
export const MOST_PATTERN = 512

/**
 * The pattern of this name alone, to begin with. Empty, so that it is asked for: as a pattern the name would stand for others too, or for
 * none, as what can't be seen can't be typed.
 */
export function patternOf(name: Bytes): string {
  return displayName(name) === name && !/[*?]/.test(name) && name.length <= MOST_PATTERN ? name : ''
}
