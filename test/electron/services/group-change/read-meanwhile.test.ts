import { expect, test } from 'vitest'
import type { GroupChange } from '../../../../shared/model/group-change'
import type { Job } from '../../../../shared/model/job'
import { openAs } from '../recovery/limited-user'
import { counts, idsFrom, onEveryServer, pendingOf, seed, GROUP, KEY, type Sluice } from '../recovery/recovery-kit'

/** What the group is given between the look at it and the change. */
onEveryServer((world) => {
  const plan = ({ api, connectionId }: Sluice, change: GroupChange) =>
    api.group.planChange({ connectionId, key: KEY, group: GROUP, change })
  const run = async ({ api, connectionId, finished }: Sluice, planId: string): Promise<Job> =>
    finished(await api.group.change({ connectionId, key: KEY, group: GROUP, planId, confirmation: GROUP }))
  const readOn = () => world.direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', 1, 'STREAMS', KEY, '>')

  test('it is not destroyed with an entry that came just before: that is acked first, and undo gives it back', async () => {
    const { direct, proxy, sluice } = world
    await seed(direct, { held: { alice: ['1-0'] } })
    await direct.xack(KEY, GROUP, '1-0')
    await direct.xadd(KEY, '2-0', 'n', '2')
    const made = await plan(sluice, { kind: 'destroy group' })
    let read: Promise<unknown> = Promise.resolve()
    const isFirst = ([name, , , key]: readonly string[]): boolean => {
      if (name === 'EVAL' && key === KEY) read = readOn()
      return name === 'EVAL' && key === KEY
    }
    void proxy.fault(isFirst, { kind: 'delay', ms: 500 }, 1)
    const job = await run(sluice, made.id)
    await read
    expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 2 }) })
    expect(await direct.xinfo('GROUPS', KEY)).toEqual([])
    await sluice.undo(job)
    expect(await pendingOf(direct)).toEqual([['2-0', 'alice', '1']])
  })

  test('without scripts its id is not set back once it has read on', async () => {
    const { direct } = world
    await seed(direct, { held: { alice: idsFrom(1, 3) } })
    await direct.xadd(KEY, '4-0', 'n', '4')
    const sluice = await openAs(world, '-eval')
    const made = await plan(sluice, { kind: 'set id', to: '2-0' })
    await readOn()
    const job = await run(sluice, made.id)
    expect(job).toMatchObject({ state: 'failed', error: { code: 'BAD_INPUT', data: { field: 'change.to' } } })
    expect(JSON.stringify(await direct.xinfo('GROUPS', KEY))).toContain('"last-delivered-id","4-0"')
    await sluice.stop()
  })
})
