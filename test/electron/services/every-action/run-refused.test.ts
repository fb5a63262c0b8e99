import { describe, expect, test } from 'vitest'
import { availableServers } from '../../../helpers/available-servers'
import { walked } from '../recovery/recovery-kit'
import { heldIn, missing, recordOf, stateOf, strikeWrite, useFaultyWorld } from './faulty-bed'
import { proofs } from './proofs'

/** More commands than a job on seven entries sends. */
const MOST_COMMANDS = 40
const OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n"
const [server = { name: '' }] = availableServers()
const undoable = proofs.filter(({ undone, on }) => undone !== null && (on?.(server.name) ?? true))
/** What is done in another way where scripts are not allowed. */
const otherwise = ['Ack', 'Dead-letter', 'Requeue', 'Handle as the monitor does']
/** What these are done with is processed by then, and nobody's any more. */
const ends = ['Ack', 'Clean up what is gone', 'Handle as the monitor does', 'Destroy the group']

describe.each([
  ['by script', [], undoable],
  ['without scripts', ['-eval'], undoable.filter(({ action }) => otherwise.includes(action))],
] as const)('a job %s', (_how, rules, some) => {
  const world = useFaultyWorld(...rules)

  describe.each(some.map((proof) => [proof.action, proof] as const))('“%s”', (action, proof) => {
    test.each([
      ['OOM at one command', false],
      ['OOM from one command on', true],
    ])('that meets %s, whichever it is, loses nothing, and is undone as far as it went', async (_what, fromThenOn) => {
      const { proxy, sluice } = world
      for (let nth = 1; nth <= MOST_COMMANDS; nth += 1) {
        const bed = await world.bed()
        await proof.prepare?.(bed)
        const before = await heldIn(bed)
        const then = await stateOf(bed)
        const run = await proof.plan(bed)
        const struck = strikeWrite(proxy, { kind: 'answer', reply: OOM }, nth, fromThenOn)
        const job = await run()
        struck.end()
        if (job === null) throw new Error('what is no job has no undo')
        const now = await stateOf(bed)
        const at = `command ${nth}, ${struck.command}`
        // Whatever had a body has one, and whatever was to be processed is.
        expect(missing(then.bodies, now.bodies), at).toEqual([])
        const ended = missing(then.pending, now.pending, now.copied)
        expect(ended.length, at).toBeLessThanOrEqual(ends.includes(action) ? job.counts.changed : 0)
        if (struck.command === null) {
          expect(job, at).toMatchObject({ state: 'done', error: null, failures: [] })
          return
        }
        const told = { state: 'failed', error: { code: 'REDIS', data: { prefix: 'OOM' } }, counts: { unknown: 0 } }
        expect(job, at).toMatchObject(told)
        expect(await recordOf(sluice, job)).toMatchObject({ ...told, counts: job.counts })
        // A copy of what stays pending is taken back, unless that is what was refused.
        const both = [...now.copied].filter((id) => now.pending.has(id))
        if (!fromThenOn && struck.command !== 'XDEL') expect(both, at).toEqual([])
        const touched = before.filter((row) => !now.held.some((each) => JSON.stringify(each) === JSON.stringify(row)))

        if (job.counts.changed === 0) {
          // Copies that could not be taken back, or entries that were claimed and no more, are told of one by one.
          const told = job.failures.map(({ id }) => id)
          expect(missing([...touched.map(([id]) => id), ...both], new Set(told)), at).toEqual([])
          continue
        }
        const { connectionId } = sluice
        const { recordId } = job
        const plan = sluice.api.recovery.planUndo({ connectionId, recordId })
        expect((await walked(plan)).ready.plan, at).toMatchObject({ leftAlone: 0 })
        const undone = await sluice.undo(job)
        const { written: _written, ...same } = job.counts
        expect(undone, at).toMatchObject({ state: 'done', counts: { ...same, leftAlone: 0 } })
        expect(await recordOf(sluice, job)).toMatchObject({ undo: { undoneBy: undone.recordId } })
        // Who was told of as refused may be with another holder.
        const refused = new Set(job.failures.map(({ id }) => id))
        const others = (rows: typeof before) => rows.filter(([id]) => !refused.has(id))
        expect(others(await heldIn(bed)), at).toEqual(others(before))
        if (refused.size === 0) await proof.undone?.(bed, before)
      }
      expect.unreachable('the job sends more commands than that')
    })
  })
})
