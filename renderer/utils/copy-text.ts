import { cliArgument, type Bytes } from '../../shared/bytes'

/** What copying a value puts on the clipboard: text as it is, other bytes as redis-cli reads them back. */
export function copyableText(value: Bytes): string {
  return typeof value === 'string' ? value : cliArgument(value)
}
