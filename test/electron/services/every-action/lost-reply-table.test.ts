import { afterEach, describe, expect, test } from 'vitest'
import { WRITE_COMMANDS } from '../../../../electron/redis/commands'
import type { Job } from '../../../../shared/model/job'
import { KINDS } from '../../../../shared/model/kinds'
import { newestRedis } from '../../../helpers/available-servers'
import type { Fault } from '../../../helpers/fault-proxy'
import { isOpen, type Sluice } from '../recovery/recovery-kit'
import { useFaultyWorldWithin, type FaultyWorld } from './faulty-bed'
import { changedBy, expectRead, expectUnread, type What } from './lost-reply-truth'
import { endedOneOf, factsOf, namesOf } from './others'
import { proofs } from './proofs'
import type { Proof } from './test-bed'

/** What is read back is the same on every server. */
const server = newestRedis().name
/** What is one command, and no job, waits for no connection. */
const jobs = proofs.filter(({ kind, on }) => KINDS[kind].job && (on?.(server) ?? true))
const writes: ReadonlySet<string> = new Set(WRITE_COMMANDS)

const patient = useFaultyWorldWithin(server, { limitMs: 15_000, graceMs: 15_000 })
const hurried = useFaultyWorldWithin(server, { limitMs: 150, graceMs: 50 })
afterEach(async () => {
  for (const { proxy, sluice } of [patient, hurried]) {
    proxy.accept()
    await isOpen(sluice)
  }
})

/** What is due when the first command that changes something loses its reply. */
interface Case {
  readonly fault: Fault
  /** Between the loss and the connection's coming back, if it does. */
  readonly meanwhile?: ((sluice: Sluice, running: Job) => Promise<unknown>) | undefined
  /** In ms after the loss; `told`: once all that was sent is done with; `never`. */
  readonly back: number | 'told' | 'never'
}

/** The job at its end, and what the command did whose reply was lost: see `changedBy`. */
async function interruptedBy(world: FaultyWorld, proof: Proof, what: What, { fault, meanwhile, back }: Case) {
  const { proxy, sluice, direct } = world
  const bed = await world.bed()
  await proof.prepare?.(bed)
  const run = await proof.plan(bed)
  const first = what === 'undo' ? await run() : null
  const before = await factsOf(bed)
  const clients = await namesOf(direct)
  let left = nthOf(proof)
  let struck: string | null = null
  let again = 0
  const hit = new Promise<void>((resolve) => {
    const isIt = (args: readonly string[]): boolean => {
      // What a probe sends is for a key of its own.
      if (!writes.has(args[0]?.toUpperCase() ?? '') || !args.some((arg) => arg.startsWith(bed.key))) return false
      left -= 1
      if (left < 0 && JSON.stringify(args) === struck) again += 1
      if (left !== 0) return false
      struck = JSON.stringify(args)
      proxy.refuse()
      if (typeof back === 'number') setTimeout(() => proxy.accept(), back)
      resolve()
      return true
    }
    void proxy.fault(isIt, fault, Number.MAX_SAFE_INTEGER)
  })
  const ended = first === null ? run() : sluice.undo(first)
  await hit
  await endedOneOf(direct, clients)
  if (meanwhile) await meanwhile(sluice, await runningJob(sluice))
  if (back === 'told') proxy.accept()
  const job = await ended
  if (job === null) throw new Error(`${proof.action} is no job`)
  expect(job).toMatchObject({ state: 'interrupted', error: { code: 'UNKNOWN_OUTCOME' } })
  expect(again, 'it was sent again').toBe(0)
  return { job, did: changedBy(before, await factsOf(bed)) }
}

/** A trim begins with a command that leaves what stands in one node with what stays. */
const nthOf = ({ kind }: Proof): number => (kind === 'trim' ? 2 : 1)

async function runningJob({ api }: Sluice): Promise<Job> {
  for await (const job of await api.job.watch()) if (job.state === 'running') return job
  throw new Error('no job was started')
}

const cancel = ({ api }: Sluice, { id }: Job) => api.job.cancel({ jobId: id })

function eachRow(proof: Proof, what: What): void {
  test.each([
    ['was carried out', { kind: 'cut-before-reply' }],
    ['never arrived', { kind: 'cut-before-forward' }],
  ] as const)(
    'its command %s: read back once the connection is there, cancelled meanwhile or not',
    async (_, fault) => {
      for (const meanwhile of [undefined, cancel]) {
        const { job, did } = await interruptedBy(patient, proof, what, { fault, meanwhile, back: 'told' })
        if (fault.kind === 'cut-before-forward') expect(did).toEqual([])
        else if (!deletesNothing(proof)) expect(did).not.toEqual([])
        expectRead(job, { proof, what, did })
      }
    },
  )

  test('its command was carried out, the connection is back in 100 ms: read back', async () => {
    const fault = { kind: 'cut-before-reply' } as const
    const { job, did } = await interruptedBy(patient, proof, what, { fault, back: 100 })
    expectRead(job, { proof, what, did })
  })

  test('never back: the job ends at the limit, and says what is unknown', async () => {
    const fault = { kind: 'cut-before-reply' } as const
    const { job, did } = await interruptedBy(hurried, proof, what, { fault, back: 'never' })
    expectUnread(job, { proof, what, did })
  })
}

/** Another group holds all of it. */
const deletesNothing = ({ action }: Proof): boolean => action === 'Delete: ACKED'

describe(`on ${server}`, () => {
  describe.each(jobs.map((proof) => [proof.action, proof] as const))('%s', (_, proof) => eachRow(proof, 'run'))

  const undone = jobs.filter((proof) => proof.undone !== null)
  describe.each(undone.map((proof) => [proof.action, proof] as const))('the undo of “%s”', (_, proof) =>
    eachRow(proof, 'undo'),
  )
})
