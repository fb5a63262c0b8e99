import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'

/**
 * `sluice plan KIND …` is `sluice KIND … --dry-run`, and is parsed as that (`parse.ts`): of itself it has its help alone.
 */
export const plan: HostCommand = {
  kind: 'host',
  args: ['KIND', 'STREAM', 'GROUP'],
  flags: ['out'],
  run: () => Promise.resolve(EXIT.usage),
}
