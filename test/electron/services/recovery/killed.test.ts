import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { useBuiltApp } from '../../../helpers/use-built-app'
import { longer } from '../../../helpers/soak'
import { DEAD, deadLetter, originals } from './copy-kit'
import {
  ack,
  claimTo,
  idsFrom,
  isOpen,
  ofAll,
  onEveryServer,
  pendingOf,
  seed,
  spreadOver,
  GROUP,
  KEY,
  type Held,
} from './recovery-kit'

/** Trials per kind of end and server. */
const TRIALS = longer(2)
/** A whole job of 1 100 entries sends about so many commands. */
const MOST_COMMANDS = 16
const ACTIONS: readonly RecoveryAction[] = [
  deadLetter(),
  claimTo('rescue'),
  ack,
  { kind: 'requeue', stream: 'again', provenance: true },
  spreadOver(['a', 'rescue', 'other']),
]
const COPIES = [DEAD, 'again']

const app = useBuiltApp(new URL('./recovery-app.ts', import.meta.url))

/** What a trial does, told by its number: the same in every run. */
function trial(at: number): { readonly action: RecoveryAction; readonly command: number; readonly replies: boolean } {
  return {
    action: ACTIONS[at % ACTIONS.length] ?? ack,
    command: 1 + ((at * 9 + 7) % MOST_COMMANDS),
    replies: at % 2 === 0,
  }
}

onEveryServer((world) => {
  async function prepare(): Promise<Held[]> {
    const { direct } = world
    await direct.flushall()
    await seed(direct, { held: { a: idsFrom(1, 400), b: idsFrom(401, 400), c: idsFrom(801, 300) } })
    await direct.call('XCLAIM', [KEY, GROUP, 'b', 0, '405-0', '410-0', 'RETRYCOUNT', 5, 'JUSTID'])
    return pendingOf(direct)
  }

  /** What is no longer as it was, as the server has it. */
  async function changedSince(before: readonly Held[]): Promise<string[]> {
    const now = new Map((await pendingOf(world.direct)).map((row) => [row[0], JSON.stringify(row)]))
    return before.filter((row) => now.get(row[0]) !== JSON.stringify(row)).map(([id]) => id)
  }

  /** Which entries have a copy; none has two. */
  async function copied(): Promise<readonly string[]> {
    const ids = (await Promise.all(COPIES.map((key) => originals(world.direct, key)))).flat().map(String)
    expect(new Set(ids).size).toBe(ids.length)
    return ids
  }
  /** Whatever is no longer pending was copied before, where that was to be done. */
  async function expectCopied(action: RecoveryAction, changed: readonly string[]): Promise<void> {
    const ids = await copied()
    const copies = action.kind === 'deadLetter' || action.kind === 'requeue'
    expect(ids.toSorted()).toEqual(copies ? changed.toSorted() : [])
  }

  /** The journal's newest record that isn't an undo, read by a Sluice started anew. */
  async function lastRecord() {
    const { api, connectionId } = world.sluice
    const { records } = await api.journal.list({ connectionId, count: 10 })
    const record = records.find(({ action }) => action !== 'undo')
    if (!record) throw new Error('the journal has no record')
    return record
  }

  /** What is certain, and then what is possible: nobody else acked here. How many came back. */
  async function undoAll(recordId: string): Promise<number> {
    const { api, connectionId, finished, undo } = world.sluice
    const certain = await undo({ recordId })
    expect(certain.state).toBe('done')
    const { records } = await api.journal.list({ connectionId, count: 10 })
    if (records.find(({ id }) => id === recordId)?.undo.undoneBy !== null) return certain.counts.changed
    const possible = await finished(await api.recovery.undo({ connectionId, recordId, which: 'possible' }))
    expect(possible.state).toBe('done')
    return certain.counts.changed + possible.counts.changed
  }

  describe('Sluice killed in the middle of a job', () => {
    test.each(Array.from({ length: TRIALS }, (_, at) => at))(
      'at point %i: journal and server agree, and an undo is exact',
      { timeout: 60_000 },
      async (at) => {
        const { proxy, sluice } = world
        const { action, command, replies } = trial(at)
        const before = await prepare()
        const child = spawn(process.execPath, [app.path, sluice.dataDir, sluice.connectionId, JSON.stringify(action)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const exit = once(child, 'exit')
        const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
        expect((await lines.next()).value).toBe('planned')
        let seen = 0
        void proxy.fault(
          ([name = '']) => {
            if (/^(XPENDING|XCLAIM|XACK|EVAL|EVALSHA_RO|XINFO|TIME)$/i.test(name) && (seen += 1) === command) {
              if (!replies) child.kill('SIGKILL')
              else setImmediate(() => child.kill('SIGKILL'))
            }
            return false
          },
          { kind: 'delay', ms: 0 },
        )
        await exit

        await sluice.restart()
        const changed = await changedSince(before)
        await expectCopied(action, changed)
        const { records } = await sluice.api.journal.list({ connectionId: sluice.connectionId, count: 10 })
        if (records.length === 0) {
          expect(changed).toEqual([])
          return
        }
        const record = await lastRecord()
        expect(['interrupted', 'done']).toContain(record.state)
        // Only the batch in flight may be more than the journal knows to be done.
        expect(changed.length).toBeGreaterThanOrEqual(record.counts.changed)
        expect(changed.length - record.counts.changed).toBeLessThanOrEqual(1_000)
        expect(await undoAll(record.id)).toBe(changed.length)
        expect(await pendingOf(world.direct)).toEqual(before)
        expect(await copied()).toEqual([])
      },
    )
  })

  describe('a connection cut in the middle of a job', () => {
    const reachedAgain = async (): Promise<void> => {
      const { sluice } = world
      const summary = () =>
        sluice.api.pending.summary({ connectionId: sluice.connectionId, key: KEY, group: GROUP }).then(
          () => true,
          () => false,
        )
      await expect.poll(summary, { timeout: 20_000 }).toBe(true)
      // It answers before it is known again, and a plan is run only then.
      await isOpen(sluice)
    }

    const cuts = Array.from({ length: TRIALS * 4 }, (_, at) => at)
    test.each(cuts)(
      'at point %i: what was done is known, nothing is sent twice, and an undo is exact',
      { timeout: 60_000 },
      async (at) => {
        const { proxy, sluice } = world
        const { action, command, replies } = trial(at)
        const before = await prepare()
        const plan = await sluice.plan(ofAll(), action)
        let seen = 0
        const isDue = ([name = '']: readonly string[]): boolean =>
          /^(XPENDING|XCLAIM|XACK|EVAL|EVALSHA_RO|XINFO|TIME)$/i.test(name) && (seen += 1) === command
        void proxy.fault(isDue, { kind: replies ? 'cut-before-reply' : 'cut-before-forward' }, 1)
        const begun = await sluice.run(plan).catch((error: unknown) => error)
        if (begun instanceof Error) {
          // Cut before it began: nothing was sent but what reads, and the plan is not used up.
          expect(begun).toMatchObject({ code: 'UNREACHABLE' })
          await reachedAgain()
          expect(await changedSince(before)).toEqual([])
        }
        const job = await sluice.finished(begun instanceof Error ? await sluice.run(plan) : (begun as Job))
        expect(['done', 'interrupted']).toContain(job.state)
        await reachedAgain()

        const changed = await changedSince(before)
        await expectCopied(action, changed)
        expect(changed.length).toBeGreaterThanOrEqual(job.counts.changed)
        expect(changed.length).toBeLessThanOrEqual(job.counts.changed + job.counts.unknown)
        if (changed.length > 0) {
          expect(await undoAll(job.recordId)).toBe(changed.length)
        }
        expect(await pendingOf(world.direct)).toEqual(before)
        expect(await copied()).toEqual([])
      },
    )
  })
})
