import { expect, test } from 'vitest'
import type { GroupChange } from '../../../../shared/model/group-change'
import { idsFrom, KEY, onEveryServer, seed } from '../recovery/recovery-kit'
import { stateOf } from '../every-action/stream-state'

const CHANGES: readonly GroupChange[] = [
  { kind: 'set id', to: '0-0' },
  { kind: 'destroy group' },
  { kind: 'make pending', consumer: 'dora', ids: ['1-0', '2-0'] },
]
const named = CHANGES.map((change) => [change.kind, change] as const)

onEveryServer((world) => {
  const planned = async (group: string, change: GroupChange) => {
    const on = { connectionId: world.sluice.connectionId, key: KEY, group }
    const { id: planId } = await world.sluice.api.group.planChange({ ...on, change })
    return { run: () => world.sluice.api.group.change({ ...on, planId }) }
  }

  test.each(named)(
    'a group that nobody has read from yet is changed as any other, and back: %s',
    async (_kind, change) => {
      const { direct, sluice } = world
      await seed(direct, { held: { ann: idsFrom(1, 6) } })
      await direct.xgroup('CREATE', KEY, 'fresh', '3-0')
      const before = await stateOf(direct, KEY)
      const { run } = await planned('fresh', change)
      const job = await sluice.finished(await run())
      expect(job).toMatchObject({ state: 'done' })
      expect(await stateOf(direct, KEY)).not.toEqual(before)
      expect(await sluice.undo(job)).toMatchObject({ state: 'done' })
      if (change.kind !== 'make pending') expect(await stateOf(direct, KEY)).toEqual(before)
    },
  )

  test.each(named)(
    'one that was made anew where it stood is not changed by the plan for the former: %s',
    async (_kind, change) => {
      const { direct } = world
      await seed(direct, { held: { ann: idsFrom(1, 6) } })
      await direct.xgroup('CREATE', KEY, 'other', '6-0')
      await direct.xgroup('CREATECONSUMER', KEY, 'other', 'bob')
      const { run } = await planned('other', change)
      await direct.xgroup('DESTROY', KEY, 'other')
      await direct.xgroup('CREATE', KEY, 'other', '6-0')
      const stood = await stateOf(direct, KEY)
      await expect(run()).rejects.toMatchObject({ code: 'STALE_PLAN' })
      expect(await stateOf(direct, KEY)).toEqual(stood)
    },
  )
})
