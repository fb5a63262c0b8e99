import { displayBytes, type Bytes } from '../../../shared/bytes'

/** The name that a field holds: as long as it shows what it showed at first, that very name, whatever bytes it is. */
export function nameTyped(text: string, first: Bytes | null): Bytes | null {
  if (first !== null && text === displayBytes(first)) return first
  return text === '' ? null : text
}
