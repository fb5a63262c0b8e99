import type { JournalRecord } from '../../shared/model/journal'
import { cliWords } from '../../shared/words/en/cli-words'
import { sweepCliWords } from '../../shared/words/en/sweep-cli-words'
import { UsageError } from '../host/usage-error'
import { withoutPassword } from './address'
import type { Api } from './call'
import { Refused } from './exit-code'

const PAGE = 500

/** The journal's records, the newest first, as far as they are asked for; of one connection, or of all. */
export async function* journalRecords(api: Api, connectionId?: string): AsyncGenerator<JournalRecord, void> {
  let before: string | null = null
  do {
    const page = await api.journal.list({
      count: PAGE,
      ...(connectionId === undefined ? {} : { connectionId }),
      ...(before === null ? {} : { before }),
    })
    yield* page.records
    before = page.next
  } while (before !== null)
}

/** The one whose id is, or begins with, this. Throws `Refused` where there is none, or several, `UsageError` for an empty one. */
export async function findRecord(api: Api, id: string): Promise<JournalRecord> {
  // It begins them all, and is most likely a variable that is not set.
  if (id.trim() === '') throw new UsageError(cliWords.emptyRecord)
  let found: JournalRecord | null = null
  let isSweep = false
  for await (const record of journalRecords(api)) {
    if (record.id === id) return record
    isSweep ||= record.sweep?.undoes === undefined && record.sweep?.id.startsWith(id) === true
    if (!record.id.startsWith(id)) continue
    if (found !== null) throw new Refused(cliWords.recordTwice(id))
    found = record
  }
  if (found === null && isSweep) throw new Refused(sweepCliWords.isSweep(id))
  if (found === null) throw new Refused(cliWords.noSuchRecord(withoutPassword(id)))
  return found
}
