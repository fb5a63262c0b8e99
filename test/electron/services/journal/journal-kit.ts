import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import {
  openJournal,
  type Journal,
  type JournalBatch,
  type NewRecord,
} from '../../../../electron/services/journal/journal'
import type { JournalLimits } from '../../../../electron/services/journal/writing'
import { claimRecord, counts, priors } from './records-for-tests'

export { claimRecord, counts, priors } from './records-for-tests'

export interface JournalKit {
  readonly dataDir: string
  /** A journal of the data directory, as each process opens its own; closed after the test. */
  open(limits?: JournalLimits): Promise<Journal>
  /** Names of the files in its folder, oldest first. */
  names(): readonly string[]
  path(name: string): string
  text(name: string): string
  size(): number
  /** Writes a file into its folder. */
  write(name: string, content: string | Buffer): void
  append(name: string, content: string | Buffer): void
}

/** A data directory for each test, gone afterwards. Call at the top of a test file. */
export function useJournals(): JournalKit {
  let dataDir = ''
  const opened = new Set<Journal>()
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-journal-'))
  })
  afterEach(async () => {
    await Promise.all([...opened].map((journal) => journal.close()))
    opened.clear()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const folder = () => join(dataDir, 'journal')
  const names = () => readdirSync(folder()).sort()
  return {
    get dataDir() {
      return dataDir
    },
    async open(limits) {
      const journal = await openJournal(dataDir, limits)
      opened.add(journal)
      return journal
    },
    names,
    path: (name) => join(folder(), name),
    text: (name) => readFileSync(join(folder(), name), 'utf8'),
    size: () => names().reduce((sum, name) => sum + statSync(join(folder(), name)).size, 0),
    write(name, content) {
      mkdirSync(folder(), { recursive: true })
      writeFileSync(join(folder(), name), content)
    },
    append: (name, content) => appendFileSync(join(folder(), name), content),
  }
}

export async function batchesOf(journal: Journal, id: string): Promise<readonly JournalBatch[]> {
  const batches: JournalBatch[] = []
  for await (const batch of journal.batches(id)) batches.push(batch)
  return batches
}

/** A record with batches that all have an outcome, and an end. Gives its id. */
export async function writeWhole(journal: Journal, changes: Partial<NewRecord> = {}, batches = 1): Promise<string> {
  const record = await journal.begin(claimRecord(changes))
  for (let batch = 0; batch < batches; batch += 1) {
    await record.intent(batch, 1_000 + batch, priors([batch + 1]))
    await record.outcome(batch, { until: 2_000 + batch, counts: counts({ changed: 1 }), except: [] })
  }
  await record.end({ state: 'done', counts: counts({ changed: batches }), error: null })
  return record.id
}
