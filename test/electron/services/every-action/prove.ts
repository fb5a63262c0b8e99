import { ORPCError } from '@orpc/server'
import { expect, type TaskMeta } from 'vitest'
import { errorText } from '../../../../shared/words/errors'
import { everything, GROUP, pendingOf } from '../recovery/recovery-kit'
import { seedTestBed, type Proof, type TestBed } from './test-bed'

declare module 'vitest' {
  interface TaskMeta {
    /** The action that a test is about, and why its server can't do it, if so: `build/matrix.mjs` makes a table of them. */
    action?: string
    notOffered?: string
    /** The way in that it was tried by, where that is what the test is about. */
    way?: string
    /** It was refused, as it should be. */
    refused?: boolean
  }
}

/** Why the server can't do it. Any other refusal fails the test. */
function whyNotOffered(error: unknown): string {
  if (error instanceof ORPCError && error.code === 'UNSUPPORTED') {
    const data: unknown = error.data
    return errorText({ code: 'UNSUPPORTED', data })
  }
  throw error
}

/** An action is planned by reading only, run, and undone where it can be, on a server of this name. */
export async function prove(proof: Proof, bed: TestBed, server: string, meta: TaskMeta): Promise<void> {
  meta.action = proof.action
  const { direct, sluice } = bed
  await seedTestBed(bed)
  await proof.prepare?.(bed)
  const [before, whole] = [await pendingOf(direct, bed.key, GROUP).catch(() => []), await everything(direct, bed.key)]

  const run = await proof.plan(bed).catch(whyNotOffered)
  expect(await everything(direct, bed.key)).toEqual(whole)
  expect(typeof run === 'function', String(run)).toBe(proof.on?.(server) ?? true)
  if (typeof run !== 'function') {
    meta.notOffered = run
    return
  }

  const job = await run()
  await proof.after(bed)
  if (job === null) return
  expect(job).toMatchObject({ state: 'done', undoable: proof.undone !== null })
  if (proof.undone === null) await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  else {
    expect(await sluice.undo(job)).toMatchObject({ state: 'done' })
    await proof.undone(bed, before)
  }
}
