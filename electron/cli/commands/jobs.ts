import type { JournalRecord } from '../../../shared/model/journal'
import { cliWords } from '../../../shared/words/en/cli-words'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'
import { journalRecords } from '../journal-records'
import { printRows } from '../print/rows'
import { RECORD_COLUMNS, recordJson } from './journal'

/** `sluice jobs`: of other processes a job is known by its record, which the journal tells to be under way. */
export const jobs: HostCommand = {
  kind: 'host',
  args: [],
  flags: [],
  async run(call) {
    const connection = await call.named()
    const running: JournalRecord[] = []
    for await (const record of journalRecords(call.api, connection?.id)) {
      if (record.state === 'running') running.push(record)
    }
    printRows(call.print, RECORD_COLUMNS, running, cliWords.none.jobs, recordJson)
    return EXIT.fine
  },
}
