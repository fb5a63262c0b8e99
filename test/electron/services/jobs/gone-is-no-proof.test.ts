import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { EntryId } from '../../../../shared/entry-id'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { openAs } from '../recovery/limited-user'
import {
  counts,
  GROUP,
  idsFrom,
  KEY,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
  type World,
} from '../recovery/recovery-kit'

/** What carries out a deletion, and what an ack and a deletion: of a transaction that is its EXEC, which one that only tries MULTI out has as well. */
const deletes = ([command = '']: readonly string[]): boolean => ['XDELEX', 'XDEL'].includes(command.toUpperCase())
function acksAndDeletes(): (args: readonly string[]) => boolean {
  let isQueued = false
  return ([command = '']) => {
    const name = command.toUpperCase()
    isQueued ||= name === 'XACK'
    return name === 'EVAL' || name === 'XACKDEL' || (name === 'EXEC' && isQueued)
  }
}

const ackDelete = (keepBodies: boolean): RecoveryAction => ({ kind: 'ackDelete', references: 'KEEPREF', keepBodies })
const inStream = async (direct: Redis): Promise<EntryId[]> => (await direct.xrange(KEY, '-', '+')).map(([id]) => id)

/** The first command that matches never arrives; `meanwhile` is over before anything can be read. */
async function lostWhile(
  { proxy }: World,
  match: (args: readonly string[]) => boolean,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const isIt = (args: readonly string[]): boolean => {
    const matches = match(args)
    if (matches) proxy.refuse()
    return matches
  }
  await proxy.fault(isIt, { kind: 'cut-before-forward' })
  await meanwhile()
  proxy.accept()
}

async function deleteEntries(sluice: Sluice, ids: readonly EntryId[], backup: boolean) {
  const { api, connectionId } = sluice
  const selection = { kind: 'ids' as const, ids: [...ids] }
  const { id: planId } = await api.entry.planDelete({ connectionId, key: KEY, selection, references: 'KEEPREF' })
  return api.entry.delete({ connectionId, key: KEY, planId, backup })
}

// That an entry is gone proves nobody's deed by itself.
onEveryServer((world) => {
  const users: readonly (readonly [string, readonly string[]])[] = [
    ['by script', []],
    ['by commands', ['-@scripting']],
  ]
  describe.each(users)('what is read back of a lost reply, %s', (_how, rules) => {
    const withSluice = async (work: (sluice: Sluice) => Promise<void>): Promise<void> => {
      const sluice = await openAs(world, ...rules)
      try {
        await work(sluice)
      } finally {
        await sluice.stop()
      }
    }

    test.each([true, false])('does not count what was gone before as deleted (bodies kept: %s)', (keepBodies) =>
      withSluice(async (sluice) => {
        const { direct, proxy } = world
        await seed(direct, { held: { alice: idsFrom(1, 5) } })
        await direct.xdel(KEY, '2-0', '4-0')
        void proxy.fault(acksAndDeletes(), { kind: 'cut-before-reply' })
        const job = await sluice.recover(ofConsumer('alice'), ackDelete(keepBodies))
        expect(await inStream(direct)).toEqual([])
        expect(await pendingOf(direct)).toEqual([])
        // Whether these were acked by us or by alice, nothing tells.
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 3, unknown: 2 }) })
      }),
    )

    test('does not count what the consumer acked and a producer trimmed as acked and deleted', () =>
      withSluice(async (sluice) => {
        const { direct } = world
        await seed(direct, { held: { alice: idsFrom(1, 5) } })
        const plan = await sluice.plan(ofConsumer('alice'), ackDelete(true))
        const lost = lostWhile(world, acksAndDeletes(), async () => {
          await direct.xack(KEY, GROUP, ...idsFrom(1, 5))
          // That some of it was deleted by id was then somebody else's doing, too: one command deletes all of them.
          await direct.xdel(KEY, '2-0')
          await direct.xtrim(KEY, 'MAXLEN', 0)
        })
        const running = await sluice.run(plan)
        await lost
        const job = await sluice.finished(running)
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ unknown: 5 }) })
      }))

    test.each([true, false])('does not count what a producer trimmed as deleted (backup: %s)', (backup) =>
      withSluice(async (sluice) => {
        const { direct } = world
        await seed(direct, { held: { alice: idsFrom(1, 5) } })
        const lost = lostWhile(world, deletes, () => direct.xtrim(KEY, 'MAXLEN', 2))
        const running = await deleteEntries(sluice, idsFrom(1, 3), backup)
        await lost
        const job = await sluice.finished(running)
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ gone: 3 }) })
      }),
    )

    test.each([true, false])('counts what it deleted, and not what was gone before (backup: %s)', (backup) =>
      withSluice(async (sluice) => {
        const { direct, proxy } = world
        await seed(direct, { held: { alice: idsFrom(1, 5) } })
        void proxy.fault(deletes, { kind: 'cut-before-reply' })
        const { api, connectionId } = sluice
        const selection = { kind: 'ids' as const, ids: idsFrom(1, 4) }
        const { id: planId } = await api.entry.planDelete({ connectionId, key: KEY, selection, references: 'KEEPREF' })
        await direct.xdel(KEY, '2-0')
        const job = await sluice.finished(await api.entry.delete({ connectionId, key: KEY, planId, backup }))
        expect(await inStream(direct)).toEqual(['5-0'])
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 3, gone: 1 }) })
      }),
    )
  })
})
