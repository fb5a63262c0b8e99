import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { createJobs, type Jobs } from '../../../../electron/services/jobs/jobs'
import type { JobStep, JobWork } from '../../../../electron/services/jobs/job-step'
import { openJournal, type Journal } from '../../../../electron/services/journal/journal'
import type { JournalLimits } from '../../../../electron/services/journal/writing'
import type { Bytes } from '../../../../shared/bytes'
import type { Job } from '../../../../shared/model/job'
import { createMemoryLog } from '../../../helpers/memory-log'
import { claimRecord, counts } from '../journal/records-for-tests'

export interface Subject {
  readonly connectionId?: string
  readonly key?: Bytes
  readonly group?: Bytes | null
}

export interface JobKit {
  readonly jobs: Jobs
  readonly journal: Journal
  readonly dataDir: string
  /** What was logged. */
  log(): string
  /** Opens the journal anew. */
  reopenJournal(limits: JournalLimits): Promise<void>
  start(work: JobWork, subject?: Subject, total?: number): Promise<Job>
  /** The job once it is so. */
  until(id: string, isSo: (job: Job) => boolean): Promise<Job>
  ended(id: string): Promise<Job>
}

/** Jobs with a journal of their own for each test. Call at the top of a test file. */
export function useJobs(): JobKit {
  let dataDir: string
  let journal: Journal
  let memory: ReturnType<typeof createMemoryLog>
  let jobs: Jobs
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-jobs-'))
    journal = await openJournal(dataDir)
    memory = createMemoryLog()
    jobs = createJobs(memory.log)
  })
  afterEach(async () => {
    await jobs.close()
    await journal.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const until: JobKit['until'] = async (id, isSo) => {
    const leave = new AbortController()
    for await (const job of jobs.watch(leave.signal)) {
      if (job.id !== id || !isSo(job)) continue
      leave.abort()
      return job
    }
    throw new Error('the watch ended')
  }
  return {
    get jobs() {
      return jobs
    },
    get journal() {
      return journal
    },
    get dataDir() {
      return dataDir
    },
    log: () => memory.text(),
    async reopenJournal(limits) {
      await journal.close()
      journal = await openJournal(dataDir, limits)
    },
    async start(work, { connectionId = 'c1', key = 'orders', group = 'billing' } = {}, total = 10) {
      const reservation = jobs.reserve(connectionId, key, group)
      const record = await journal.begin(claimRecord({ connectionId, key, group }))
      return reservation.start(
        { kind: 'claim', connectionId, key, group, to: 'b', total, undoable: true },
        record,
        work,
      )
    },
    until,
    ended: (id) => until(id, ({ state }) => state !== 'running'),
  }
}

export const step = (changed: number): JobStep => ({ done: changed, counts: counts({ changed }) })

export async function* steps(...all: readonly JobStep[]): AsyncGenerator<JobStep, void> {
  yield* all
}

export const throwing = (error: unknown, ...before: readonly JobStep[]): JobWork =>
  async function* () {
    yield* before
    throw error
  }

export interface WorkByHand {
  readonly work: JobWork
  /** Lets one more batch begin. */
  go(): void
  /** Batches begun. */
  readonly begun: number
}

/** Work that stands still before each batch until it is let go on. */
export function byHand(batches: number): WorkByHand {
  let begun = 0
  let allowed = 0
  const waiting: (() => void)[] = []
  return {
    get begun() {
      return begun
    },
    go() {
      allowed += 1
      waiting.shift()?.()
    },
    async *work() {
      for (let batch = 0; batch < batches; batch += 1) {
        if (allowed === 0) await new Promise<void>((resolve) => waiting.push(resolve))
        allowed -= 1
        begun += 1
        yield step(1)
      }
    },
  }
}
