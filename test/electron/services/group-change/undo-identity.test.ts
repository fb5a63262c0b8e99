import { expect, test } from 'vitest'
import type { GroupChange } from '../../../../shared/model/group-change'
import { GROUP, idsFrom, isOpen, KEY, onEveryServer, pendingOf, walked } from '../recovery/recovery-kit'

const IDS = idsFrom(1, 10)
const CHANGES: readonly GroupChange[] = [
  { kind: 'set id', to: '10-0' },
  { kind: 'set id', to: '2-0' },
  { kind: 'remove consumer', consumer: 'idle' },
  { kind: 'destroy group' },
  { kind: 'make pending', consumer: 'alice', ids: ['1-0'] },
]

/** A change is taken back from the group of the stream that it was done to, and from no other. */
onEveryServer((world) => {
  async function read(body: string): Promise<void> {
    for (const id of IDS) await world.direct.xadd(KEY, id, 'n', body)
    await world.direct.xgroup('CREATE', KEY, GROUP, '0')
    await world.direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', IDS.length, 'STREAMS', KEY, '>')
  }

  async function changed(change: GroupChange): Promise<string> {
    const { direct, sluice } = world
    await direct.flushall()
    await read('A')
    await direct.xgroup('CREATECONSUMER', KEY, GROUP, 'idle')
    await direct.xack(KEY, GROUP, '1-0')
    if (change.kind === 'set id' && change.to === '10-0') await direct.xgroup('SETID', KEY, GROUP, '5-0')
    const on = { connectionId: sluice.connectionId, key: KEY, group: GROUP }
    const { id: planId } = await sluice.api.group.planChange({ ...on, change })
    const job = await sluice.finished(await sluice.api.group.change({ ...on, planId }))
    expect(job).toMatchObject({ state: 'done' })
    return job.recordId
  }
  const undo = async (recordId: string) => {
    const { sluice } = world
    return sluice.finished(await sluice.api.recovery.undo({ connectionId: sluice.connectionId, recordId }))
  }
  const groups = () => world.direct.xinfo('GROUPS', KEY)

  test.each(CHANGES)('%j of a stream that was made anew at the same ids is not taken back', async (change) => {
    const recordId = await changed(change)
    await world.direct.del(KEY)
    await read('B')
    await world.direct.xack(KEY, GROUP, ...IDS)
    const before = await groups()
    await expect(undo(recordId)).rejects.toMatchObject({ data: { problem: { code: 'identity.stream-anew' } } })
    expect([await groups(), await pendingOf(world.direct)]).toEqual([before, []])
  })

  test.each(CHANGES)('%j of a group that was made anew where it stood asks', async (change) => {
    const recordId = await changed(change)
    const { direct } = world
    await direct.xgroup('DESTROY', KEY, GROUP)
    await direct.xgroup('CREATE', KEY, GROUP, change.kind === 'set id' ? change.to : '0')
    const before = await groups()
    await expect(undo(recordId)).rejects.toMatchObject({ data: { field: 'accepts' } })
    expect([await groups(), await pendingOf(direct)]).toEqual([before, []])
  })

  test.each(CHANGES)('%j is taken back unasked after a restart with the data', async (change) => {
    const recordId = await changed(change)
    await world.redis.restart({ keepData: true })
    await expect.poll(() => world.direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
    await isOpen(world.sluice)
    const { connectionId, api } = world.sluice
    await expect
      .poll(
        () =>
          api.stream.info({ connectionId, key: KEY }).then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true)
    const { ready } = await walked(api.recovery.planUndo({ connectionId, recordId }))
    expect(ready.plan.doubts ?? []).toEqual([])
    expect(await undo(recordId)).toMatchObject({ state: 'done' })
  })
})
