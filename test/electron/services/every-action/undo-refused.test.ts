import { describe, expect, test } from 'vitest'
import { availableServers } from '../../../helpers/available-servers'
import { heldIn, missing, recordOf, stateOf, strikeWrite, useFaultyWorld } from './faulty-bed'
import { proofs } from './proofs'
import { ALICE, type TestBed } from './test-bed'

/** More commands than the undo of seven entries sends. */
const MOST_COMMANDS = 20
const REFUSALS = [
  ['OOM at one command', 'OOM', "-OOM command not allowed when used memory > 'maxmemory'.\r\n", false],
  ['READONLY from one command on', 'READONLY', "-READONLY You can't write against a read only replica.\r\n", true],
  ['NOPERM at one command', 'NOPERM', '-NOPERM this user has no permissions to run this command\r\n', false],
] as const

const [server = { name: '' }] = availableServers()
const undoable = proofs.filter(({ undone, on }) => undone !== null && (on?.(server.name) ?? true))
/** What is done in another way where scripts are not allowed. */
const otherwise = ['Ack', 'Dead-letter', 'Requeue', 'Restore a stream under a new key']

describe.each([
  ['by script', [], undoable],
  ['without scripts', ['-eval'], undoable.filter(({ action }) => otherwise.includes(action))],
] as const)('an undo %s', (_how, rules, some) => {
  const world = useFaultyWorld(...rules)

  describe.each(some.map((proof) => [proof.action, proof] as const))('of “%s”', (action, proof) => {
    test.each(REFUSALS)(
      'that meets %s, whichever it is, tells so, loses nothing, and can be done again',
      async (_what, prefix, reply, fromThenOn) => {
        const { proxy, sluice } = world
        for (let nth = 1; nth <= MOST_COMMANDS; nth += 1) {
          const bed = await world.bed()
          await proof.prepare?.(bed)
          const before = await heldIn(bed)
          const job = await (await proof.plan(bed))()
          if (job === null) throw new Error('what is no job has no undo')
          const then = await stateOf(bed)

          const struck = strikeWrite(proxy, { kind: 'answer', reply }, nth, fromThenOn)
          const refused = await sluice.undo(job)
          struck.end()
          if (struck.command === null) {
            expect(refused).toMatchObject({ state: 'done', error: null, failures: [] })
            return
          }
          const now = await stateOf(bed)
          const at = `command ${nth}, ${struck.command}`

          // Nothing is lost: whatever was still to be processed is, and whatever had a body has one.
          expect(missing([...then.pending, ...then.copied], now.pending, now.copied), at).toEqual([])
          expect(missing(then.bodies, now.bodies), at).toEqual([])

          const told = { state: 'failed', error: { code: 'REDIS', data: { prefix } } }
          expect(refused, at).toMatchObject({ ...told, counts: { unknown: 0, leftAlone: 0 } })
          expect(await recordOf(sluice, refused)).toMatchObject({ ...told, counts: refused.counts })
          expect(await recordOf(sluice, job)).toMatchObject({ undo: { possible: true, undoneBy: null } })
          const back = now.held.filter((row) => has(before, row) && !has(then.held, row)).length
          // A group that was made again counts beside its entries.
          expect(
            refused.counts.changed - (action === 'Destroy the group' ? Math.min(1, refused.counts.changed) : 0),
            at,
          ).toBe(back)
          // Copies that could not be deleted are told of one by one, and so are hashes that were not given back.
          const both = [...now.copied].filter((id) => now.pending.has(id)).sort()
          const hashes = (await idsOfHashes(bed)).filter((id) => now.pending.has(id))
          expect(refused.failures.map(({ id }) => id).sort(), at).toEqual([...both, ...hashes].sort())

          const again = await sluice.undo(job)
          expect(again, at).toMatchObject({ state: 'done', counts: { unknown: 0 }, failures: [] })
          if (both.length === 0) await proof.undone?.(bed, before)
          expect(await heldIn(bed), at).toEqual(before)
          expect([...(await stateOf(bed)).copied].sort()).toEqual(both)
          const isDone = again.counts.changed > 0 || again.counts.leftAlone === 0
          expect(await recordOf(sluice, job)).toMatchObject({ undo: { undoneBy: isDone ? again.recordId : null } })
        }
        expect.unreachable('the undo sends more commands than that')
      },
    )
  })
})

/** Entries whose hashes are there: there was none before. */
async function idsOfHashes({ direct, key }: TestBed): Promise<readonly string[]> {
  const there = await Promise.all(ALICE.map((id) => direct.exists(`${key}:hash:${id}`)))
  return ALICE.filter((_, at) => Number(there[at]) > 0)
}

function has<T>(rows: readonly T[], row: T): boolean {
  return rows.some((each) => JSON.stringify(each) === JSON.stringify(row))
}
