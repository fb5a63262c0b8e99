import { createInterface } from 'node:readline'
import { openJournal, type RecordWriter } from '../../../../electron/services/journal/journal'
import { claimRecord, counts, priors } from './records-for-tests'

// Run by crash.test.ts: a process of its own that journals as it is told, one line at a time, and says what came of it.
const journal = await openJournal(process.argv[2] ?? '')
let record: RecordWriter | null = null
let batch = 0

const tellings: Readonly<Record<string, () => Promise<unknown>>> = {
  begin: async () => {
    record = await journal.begin(claimRecord())
    batch = 0
    return record.id
  },
  intent: () => record!.intent(batch, 1_000 + batch, priors([batch + 1])),
  /** Some 20 KB. */
  'large intent': () => record!.intent(batch, 1_000 + batch, priors(Array.from({ length: 500 }, (_, n) => n))),
  outcome: () => {
    const until = 2_000 + batch
    return record!.outcome(batch++, { until, counts: counts({ changed: 1 }), except: [] })
  },
  end: () => record!.end({ state: 'done', counts: counts({ changed: batch }), error: null }),
}
for await (const told of createInterface(process.stdin)) {
  const said = await tellings[told]!().catch((error: unknown) => ({ failed: (error as Error).message }))
  process.stdout.write(`${JSON.stringify(said ?? null)}\n`)
}
