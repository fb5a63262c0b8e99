import { displayBytes, type Bytes } from '../bytes'
import { units } from '../words/units'

/** A key or group for people, in a sentence or as a title: Redis allows the empty name, which would look like no name at all. */
export function displayName(value: Bytes): string {
  return displayBytes(value) || units.emptyName
}
