import { expect, test } from 'vitest'
import { KINDS } from '../../../../shared/model/kinds'
import { heldIn, strikeWrite, useFaultyWorld } from './faulty-bed'
import { proofs } from './proofs'

const world = useFaultyWorld()
const undone = proofs.filter(({ kind, undone }) => KINDS[kind].job && undone !== null)

test.each(undone.map((proof) => [proof.action, proof] as const))(
  '%s: an undo whose first reply is lost is read back, and leaves nothing half done',
  async (_, proof) => {
    const { proxy, sluice } = world
    const bed = await world.place()
    await proof.prepare?.(bed)
    const before = await heldIn(bed)
    const run = await proof.plan(bed).catch(() => null)
    // Not offered here.
    const job = run === null ? null : await run()
    if (job === null || proof.undone === null) return
    const struck = strikeWrite(proxy, { kind: 'cut-before-reply' })
    const first = await sluice.undo(job)
    struck.end()
    // What goes by a transaction is not struck.
    if (struck.command === null) expect(first).toMatchObject({ state: 'done' })
    else expect(first).toMatchObject({ state: 'interrupted', counts: { leftAlone: 0 } })
    if (first.counts.unknown > 0) return
    expect(first.failures).toEqual([])
    // A job ends where its reply was lost: what comes after that is left to another undo, and there need be none.
    await sluice.undo(job).catch((error: unknown) => expect(error).toMatchObject({ code: 'BAD_INPUT' }))
    await proof.undone(bed, before)
  },
)
