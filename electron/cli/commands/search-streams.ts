import { ORPCError } from '@orpc/client'
import type { Bytes } from '../../../shared/bytes'
import { cliWords } from '../../../shared/words/en/cli-words'
import type { Call } from '../call'

export interface Found {
  readonly keys: readonly Bytes[]
  /** Whether the search came to its end. */
  readonly isWhole: boolean
}

/** All streams of a connection, by SCAN. Throws what the search failed by. */
export async function searchStreams({ api, print }: Call, connectionId: string, signal: AbortSignal): Promise<Found> {
  const keys: Bytes[] = []
  for await (const event of await api.stream.discover({ connectionId, fresh: true }, { signal })) {
    keys.push(...event.keys)
    print.progress(cliWords.searching(event.scanned, event.found))
    if (event.state === 'scanning') continue
    if (event.state === 'failed' && event.error !== null)
      throw new ORPCError(event.error.code, { data: event.error.data })
    print.progress(null)
    return { keys, isWhole: event.state === 'done' }
  }
  signal.throwIfAborted()
  return { keys, isWhole: false }
}
