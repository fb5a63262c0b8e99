import { afterEach, describe, expect, test } from 'vitest'
import { KINDS } from '../../../../shared/model/kinds'
import { serverBinary } from '../../../helpers/available-servers'
import { isOpen } from '../recovery/recovery-kit'
import { heldIn, strikeWrite, useFaultyWorld } from './faulty-bed'
import { proofs } from './proofs'
import type { Proof } from './test-bed'

const world = useFaultyWorld()
afterEach(async () => {
  world.proxy.accept()
  await isOpen(world.sluice)
})

/** More commands than an undo of seven entries sends. */
const MOST_COMMANDS = 40
/** Its undo acks, and nothing tells an ack of Sluice from one of the consumer: that stays unknown. */
const isAck = ({ kind }: Proof): boolean => kind === 'make pending'
/** Its undo gives hashes back after the entries, and tells of each whose reply was lost that it may be back. */
const hasHashes = ({ kind }: Proof): boolean => kind === 'handle'
const server = serverBinary().name
const undone = proofs.filter(({ kind, undone, on }) => KINDS[kind].job && undone !== null && (on?.(server) ?? true))

describe.each(undone.map((proof) => [proof.action, proof] as const))('%s', (_, proof) => {
  test.each(['cut-before-reply', 'cut-before-forward'] as const)(
    'an undo whose reply is lost (%s), whichever it is, is read back, and leaves nothing half done',
    async (kind) => {
      const { proxy, sluice } = world
      if (proof.undone === null) throw new Error('it has no undo')
      for (let nth = 1; nth <= MOST_COMMANDS; nth += 1) {
        const bed = await world.bed()
        await proof.prepare?.(bed)
        const before = await heldIn(bed)
        const job = await (await proof.plan(bed))()
        if (job === null) throw new Error('what is no job has no undo')
        const struck = strikeWrite(proxy, { kind }, nth)
        const first = await sluice.undo(job)
        struck.end()
        await isOpen(sluice)
        const at = `command ${nth}, ${struck.command}`
        // What goes by a transaction is not struck.
        if (struck.command === null) expect(first, at).toMatchObject({ state: 'done' })
        else expect(first, at).toMatchObject({ state: 'interrupted' })
        // One that was carried out is known by what it left; one that was not may be left alone, or unknown.
        const isCarriedOut = struck.command !== null && kind === 'cut-before-reply'
        if (isCarriedOut && !isAck(proof)) expect(first.counts, at).toMatchObject({ leftAlone: 0, unknown: 0 })
        if (isCarriedOut && isAck(proof)) expect(first.counts, at).toMatchObject({ changed: 0, leftAlone: 0 })
        if (!hasHashes(proof)) expect(first.failures, at).toEqual([])
        // A job ends where its reply was lost: what comes after that is left to another undo, and there need be none.
        for (const which of ['certain', 'possible'] as const)
          await sluice.undo(job, which).catch((error: unknown) => expect(error).toMatchObject({ code: 'BAD_INPUT' }))
        await proof.undone(bed, before)
        if (struck.command === null) return
      }
      throw new Error(`an undo sends more than ${MOST_COMMANDS} commands`)
    },
  )
})
