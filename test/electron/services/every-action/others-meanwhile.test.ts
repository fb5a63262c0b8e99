import { afterEach, describe, expect, test } from 'vitest'
import { KINDS } from '../../../../shared/model/kinds'
import { availableServers, ownAndNewest } from '../../../helpers/available-servers'
import { onEachServer } from '../../../helpers/on-each-server'
import { isSoak } from '../../../helpers/soak'
import { isOpen } from '../recovery/recovery-kit'
import { heldIn, missing, recordOf, stateOf, strikeWrite, useFaultyWorldOn } from './faulty-bed'
import { endedOneOf, factsOf, namesOf, othersDo, touchedBetween } from './others'
import { proofs } from './proofs'
import type { Proof } from './test-bed'

/** More commands than a job on seven entries sends. */
const MOST_COMMANDS = 40
/** What is done in another way where scripts are not allowed. */
const otherwise = ['Ack', 'Ack and delete: KEEPREF', 'Dead-letter', 'Requeue', 'Redrive', 'Handle as the monitor does']
/** One command that moves a whole stream: it counts as one. */
const isOne = ({ kind }: Proof): boolean => kind === 'swap streams'
/** Its undo deletes the stream that it made, with bodies that may be nowhere else. */
const makesStream = ({ kind }: Proof): boolean => kind === 'restore stream'

const servers = isSoak ? availableServers() : ownAndNewest()

/** The first command of a job is struck on each of the two servers, the second on the one, the third on the other…: in a soak, all on all. */
const isStruckOn = (version: string, nth: number): boolean =>
  isSoak ||
  servers.length === 1 ||
  nth === 1 ||
  nth % servers.length === servers.findIndex(({ name }) => name === version)

onEachServer(
  'on %s',
  (version) => {
    const jobs = proofs.filter(({ kind, on }) => KINDS[kind].job && (on?.(version) ?? true))
    describe.each([
      ['by script', [], jobs],
      ['without scripts', ['-eval'], jobs.filter(({ action }) => otherwise.includes(action))],
    ] as const)('a job %s', (_how, rules, some) => {
      const world = useFaultyWorldOn(version, ...rules)
      afterEach(async () => {
        world.proxy.accept()
        await isOpen(world.sluice)
      })

      describe.each(some.map((proof) => [proof.action, proof] as const))('“%s”', (_action, proof) => {
        test.each(['cut-before-reply', 'cut-before-forward'] as const)(
          'that is %s while others ack, claim, delete and add counts its own only, and takes back its own only',
          async (kind) => {
            const { direct, proxy, sluice } = world
            for (let nth = 1; nth <= MOST_COMMANDS; nth += 1) {
              if (!isStruckOn(version, nth)) continue
              const bed = await world.bed()
              await proof.prepare?.(bed)
              const run = await proof.plan(bed)
              const before = await factsOf(bed)
              const clients = await namesOf(direct)
              const struck = strikeWrite(proxy, { kind }, nth)
              void struck.first.then(() => proxy.refuse())
              const ended = run()
              await Promise.race([struck.first, ended])
              struck.end()
              if (struck.command === null) {
                expect(await ended).toMatchObject({ state: 'done' })
                return
              }
              await endedOneOf(direct, clients)
              const done = await factsOf(bed)
              const did = touchedBetween(before, done)
              const others = await othersDo(bed)
              const then = await stateOf(bed)
              const theirs = await factsOf(bed)
              proxy.accept()
              const job = await ended
              if (job === null) throw new Error('what is no job has no counts')

              const at = `command ${nth}, ${struck.command}`
              const now = await factsOf(bed)
              expect(job, at).toMatchObject({ state: 'interrupted' })
              expect(await recordOf(sluice, job), at).toMatchObject({ counts: job.counts })
              const { changed, unknown } = job.counts
              // Nothing that others did is Sluice's …
              expect(changed, at).toBeLessThanOrEqual(did.length)
              // … and nothing that is as Sluice left it goes untold.
              const left = did.filter((id) => now.get(id) === done.get(id)).length
              const told = changed + unknown + job.failures.length
              expect(told, at).toBeGreaterThanOrEqual(isOne(proof) ? Math.min(left, 1) : left)

              if (proof.undone === null) continue
              const undone = await sluice.undo(job).catch((error: unknown) => {
                expect(error, at).toMatchObject({ code: 'BAD_INPUT' })
                return null
              })
              // The names go back, and what others did since stays with the stream that they did it to.
              if (undone === null || isOne(proof)) continue
              // Of an XACK by itself nobody can tell whose it was: what was delivered is rather delivered twice than never.
              const doubt = struck.command === 'XACK' ? unknown : 0
              const held = new Map((await heldIn(bed)).map(([id, consumer]) => [id, consumer]))
              expect(others.acked.filter((id) => held.has(id)).length, at).toBeLessThanOrEqual(doubt)
              for (const [id, consumer] of others.claimed) expect(held.get(id), at).toBe(consumer)
              if (!makesStream(proof)) expect(missing(then.bodies, (await stateOf(bed)).bodies), at).toEqual([])
              const wrongly = did.length > 0 ? [] : touchedBetween(theirs, await factsOf(bed))
              expect(wrongly.length, at).toBeLessThanOrEqual(doubt)
            }
            expect.unreachable('the job sends more commands than that')
          },
        )
      })
    })
  },
  servers,
)
