import { afterEach, describe, expect, test } from 'vitest'
import { KINDS } from '../../../../shared/model/kinds'
import { serverBinary } from '../../../helpers/available-servers'
import { isOpen } from '../recovery/recovery-kit'
import { heldIn, strikeWrite, useFaultyWorld } from './faulty-bed'
import { changedBy, type What } from './lost-reply-truth'
import { factsOf } from './others'
import { proofs } from './proofs'
import type { Proof } from './test-bed'

/** Nobody may end the connection that a reply was lost on: what was sent on it may be carried out at any time. */
const world = useFaultyWorld('-client|kill')
afterEach(() => isOpen(world.sluice))

const server = serverBinary().name
const jobs = proofs.filter(({ kind, on }) => KINDS[kind].job && (on?.(server) ?? true))
/** Its first command is not what it counts: whom it claimed for is told one by one. */
const isBeside = ({ kind }: Proof, what: What): boolean => kind === 'handle' && what === 'run'

/** The job whose first command was lost, and what that came to once it arrived, after the job's end. */
async function lateBy(proof: Proof, what: What) {
  const { proxy, sluice } = world
  const bed = await world.bed()
  await proof.prepare?.(bed)
  const held = await heldIn(bed)
  const run = await proof.plan(bed)
  const first = what === 'undo' ? await run() : null
  const struck = strikeWrite(proxy, { kind: 'cut-and-keep' })
  const job = first === null ? await run() : await sluice.undo(first)
  struck.end()
  await isOpen(sluice)
  const before = await factsOf(bed)
  await proxy.deliver()
  return { bed, held, job, struck: struck.command, did: changedBy(before, await factsOf(bed)) }
}

describe.each(jobs.map((proof) => [proof.action, proof] as const))('%s', (_, proof) => {
  const whats: readonly What[] = proof.undone === null ? ['run'] : ['run', 'undo']
  test.each(whats)('what may be carried out yet is not told as left alone: by the %s', async (what) => {
    const { bed, held, job, struck, did } = await lateBy(proof, what)
    // What goes by a transaction, or has nothing to send, is not struck.
    if (struck === null || job === null) return
    expect(job).toMatchObject({ state: 'interrupted', error: { code: 'UNKNOWN_OUTCOME' } })
    if (did.length === 0) return
    expect(job.counts).toMatchObject({ changed: 0, leftAlone: 0 })
    if (isBeside(proof, what)) return
    expect(job.counts.unknown).toBeGreaterThan(0)
    if (what === 'undo' || proof.undone === null) return
    for (const which of ['certain', 'possible'] as const)
      await world.sluice.undo(job, which).catch((error: unknown) => expect(error).toMatchObject({ code: 'BAD_INPUT' }))
    await proof.undone(bed, held)
  })
})
