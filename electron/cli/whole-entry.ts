import { ORPCError } from '@orpc/client'
import type { Bytes } from '../../shared/bytes'
import type { Entry } from '../../shared/model/entry'
import { cliWords } from '../../shared/words/en/cli-words'
import type { Call } from './call'

/** An entry of a list with its values whole; as it was listed, with a note, where it went away meanwhile. */
export async function wholeOf(
  { api, print, signal }: Call,
  onStream: { readonly connectionId: string; readonly key: Bytes },
  entry: Entry,
): Promise<Entry> {
  try {
    return await api.entry.get({ ...onStream, id: entry.id }, { signal })
  } catch (error) {
    if (!(error instanceof ORPCError) || error.code !== 'NOT_FOUND') throw error
    print.note(cliWords.wentAway(entry.id), 'warn')
    return entry
  }
}
